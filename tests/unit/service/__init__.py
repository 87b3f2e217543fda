"""What is said to the service, and what may be logged of it."""
