"""Verbs: one file, one algorithm or one law. Imports `models` only."""
