"""The plan of one day: laid out, searched in rounds, settled with the haul, told and judged."""
