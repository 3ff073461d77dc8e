"""Work over several days: which day gets what, and by which routes."""
