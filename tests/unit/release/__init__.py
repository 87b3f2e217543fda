"""Releases: the index and the notes."""
