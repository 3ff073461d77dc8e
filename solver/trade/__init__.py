"""Laws of the trade, one file a law, read by tasks, haul, location and shifts alike."""
