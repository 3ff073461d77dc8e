"""Our own search: ruin and recreate over modes, compiled."""
