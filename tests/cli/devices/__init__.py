"""az iot device registration."""
