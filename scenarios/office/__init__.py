"""The office's store: who works at the desk, who is logged in, what was ordered and done."""
