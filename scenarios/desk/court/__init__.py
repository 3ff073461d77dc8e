"""Documents of a bureau judged: made again from their district, and compared word by word."""
