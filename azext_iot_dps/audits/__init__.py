"""az iot dps enrollment audit, and the same for enrollment-group."""
