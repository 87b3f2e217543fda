"""Parts of requests, built by functions from plain arguments."""
