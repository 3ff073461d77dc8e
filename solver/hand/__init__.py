"""Plans changed by hand: new orders of visits, timed, written and judged at once."""
