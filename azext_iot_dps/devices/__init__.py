"""az iot device registration: a device registers through the device API, as if from here."""
