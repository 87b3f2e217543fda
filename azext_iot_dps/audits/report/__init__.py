"""az iot dps report: a fleet in numbers, as a result and as a page."""
