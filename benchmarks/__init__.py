"""How good we are: runner, peers and tables over public instances."""
