"""az iot dps enrollment audit, and that of groups."""
