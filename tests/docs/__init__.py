"""What is written: help, examples, documents, and the arrows between modules."""
