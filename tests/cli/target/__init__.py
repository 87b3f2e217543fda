"""Which service is meant, and who asks it."""
