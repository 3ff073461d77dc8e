"""Consistent routes over several days: one order of customers for all days, searched compiled."""
