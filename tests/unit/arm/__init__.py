"""Services by name, linked hubs and clouds."""
