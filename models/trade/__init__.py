"""Laws of the trade as data: rule profiles, where their numbers come from, work and its rhythm."""
