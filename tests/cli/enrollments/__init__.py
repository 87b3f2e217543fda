"""az iot dps enrollment, and enrollment-group."""
