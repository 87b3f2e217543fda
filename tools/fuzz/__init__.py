"""Hostile input in large numbers: atheris changes the seeds of `corpus` and watches which lines they reach."""
