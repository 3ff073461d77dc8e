"""Readers of public instances of several days: one `PeriodicProblem`, whatever the file."""
