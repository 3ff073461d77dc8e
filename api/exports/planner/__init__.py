"""The planner's printable pages and files: studies, weeks, muck trucks."""
