"""Where problems come from: district folders, the demo bureau, instance readers, what-if edits."""
