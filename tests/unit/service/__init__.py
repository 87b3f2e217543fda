"""Requests to the service, and what may be logged of them."""
