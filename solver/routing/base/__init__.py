"""What every engine stands on: tables, clock, schedules, matrices, outcomes."""
