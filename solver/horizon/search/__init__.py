"""The compiled search for periodic problems: ruin and recreate over modes and days."""
