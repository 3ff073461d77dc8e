"""Several days simulated and measured: boxes that fill, cyclic work."""
