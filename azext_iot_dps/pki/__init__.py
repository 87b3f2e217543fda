"""az iot dps pki."""
