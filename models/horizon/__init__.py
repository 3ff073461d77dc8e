"""Nouns of several days: periodic problems and their plans."""
