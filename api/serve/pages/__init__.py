"""Pages of the desk: rendered here, enlivened by plain modules of api/web/desk."""
