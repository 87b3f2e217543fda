"""What all nouns share on the command line."""
