"""The week: what falls on which day, and what the judge says of it."""
