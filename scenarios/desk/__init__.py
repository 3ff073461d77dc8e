"""What a person may ask, one file a question."""
