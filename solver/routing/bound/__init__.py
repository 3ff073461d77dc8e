"""Lower bounds on the cost of routing problems."""
