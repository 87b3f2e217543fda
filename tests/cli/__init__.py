"""Command lines in this process."""
