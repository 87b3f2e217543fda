"""az iot dps doctor: what works between here and a service, and whether a device would be accepted."""
