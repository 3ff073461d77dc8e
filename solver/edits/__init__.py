"""Edits of a district: what if, scenarios."""
