"""OR-Tools routing behind the same door."""
