"""The mutation storm: a judge that nobody can fool is one that notices every kind of lie."""
