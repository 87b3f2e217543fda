"""Real az processes with the built wheel."""
