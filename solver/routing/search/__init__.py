"""Our engine around the compiled search: budgets, workers, parts of huge problems, putting back."""
