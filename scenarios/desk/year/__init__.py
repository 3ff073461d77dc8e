"""A year of a district folder: its calendar, and what it asks of a day."""
