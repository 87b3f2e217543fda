"""Hostile input by the million: atheris changes the seeds of `corpus` and watches which lines of ours they reach."""
