"""`make bench`: what this extension costs, next to the least that the same work can cost on the same machine."""
