"""Time, memory and what is left out of a day's plan, from a small demo up to a city."""
