"""az iot dps enrollment device-config and enrollment-group device-config: by what a device registers."""
