"""Words for people, in simplified Chinese and English."""
