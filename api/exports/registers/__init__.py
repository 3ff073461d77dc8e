"""What a planned day tells others: manifests of loads, the report of towns."""
