"""Doors: command line, HTTP, map page and exports. No planning logic."""
