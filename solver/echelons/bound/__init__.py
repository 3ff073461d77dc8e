"""Lower bounds for networks in two echelons, from cuts."""
