"""Pictures of the report in a browser, and of a fleet that has something to show."""
