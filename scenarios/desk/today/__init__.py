"""What a day brings after its plan was made, written into the district's own tables."""
