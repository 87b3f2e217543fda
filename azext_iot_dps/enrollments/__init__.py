"""az iot dps enrollment and enrollment-group: create, list, show, update, delete."""
