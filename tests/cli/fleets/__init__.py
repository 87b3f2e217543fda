"""az iot dps enrollment export and import, and those of groups."""
