"""Registrations, and the keys of a group's devices."""
