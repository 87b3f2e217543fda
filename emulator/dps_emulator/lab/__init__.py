"""What stands around the service when something is tried against it: certificates, a function that allocates."""
