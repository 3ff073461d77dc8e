"""Scenario files: dated edits over a district, read and checked like any input."""
