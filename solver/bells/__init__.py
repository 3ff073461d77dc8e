"""Bell collection: from a planned round to a timetable that shops can keep."""
