"""Random little districts as folders: planned, judged, changed, and judged again."""
