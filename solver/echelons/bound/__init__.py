"""Lower bounds for networks in two echelons: by cuts, and by shares of routes."""
