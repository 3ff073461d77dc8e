"""A district's folder at work: its tables as grids, rows set by name, its places on the map."""
