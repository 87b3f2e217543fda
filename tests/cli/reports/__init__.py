"""az iot dps report."""
