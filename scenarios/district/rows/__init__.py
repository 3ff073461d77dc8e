"""Rows of the tables at the door, one class a table."""
