"""az iot dps connection-string."""
