"""One step a file, named by its group and number."""
