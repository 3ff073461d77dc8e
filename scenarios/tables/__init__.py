"""Files of tables to sheets of text, whatever program wrote them; nothing of districts here."""
