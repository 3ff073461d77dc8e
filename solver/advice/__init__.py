"""What would serve the tasks that are left out."""
