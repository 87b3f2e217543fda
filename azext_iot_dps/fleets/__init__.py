"""az iot dps enrollment and enrollment-group export and import."""
