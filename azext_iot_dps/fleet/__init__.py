"""Many records at a time: files of records, and what is done with them. Knows options no more than the service does."""
