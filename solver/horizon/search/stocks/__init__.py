"""The compiled search for stocks kept over several days."""
