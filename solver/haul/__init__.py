"""From stations to plants: yards, loads, tours, timetables and their bound."""
