"""The desk under measure: people who read, changes by hand, the first load of a map."""
