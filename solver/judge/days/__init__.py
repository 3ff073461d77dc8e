"""Judges of several days at once: patterns of visits, consistent drivers and times, stocks."""
