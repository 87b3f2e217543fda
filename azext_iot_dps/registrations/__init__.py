"""az iot dps enrollment registration, az iot dps enrollment-group registration and the deprecated registration."""
