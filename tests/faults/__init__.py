"""What goes wrong between a command and the service, and what comes of it."""
