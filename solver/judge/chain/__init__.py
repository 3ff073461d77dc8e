"""Laws of what a plan tells others: manifests of loads, the report of towns."""
