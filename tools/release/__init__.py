"""What is published of a version, from wheels that are built: index, checksums, notes."""
