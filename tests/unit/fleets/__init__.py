"""Files of many records."""
