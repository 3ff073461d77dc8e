"""Plans as documents: written from routes and haul, read back, compared, summed up."""
