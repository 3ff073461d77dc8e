"""What the tables say: headings, cells and their units, findings in both languages."""
