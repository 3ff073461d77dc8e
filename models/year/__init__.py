"""A year's quotas: what is asked for, what is known of its days, and the calendar that is made."""
