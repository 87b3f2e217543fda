"""`python -m tools.words`: checks the wording of help, messages, comments and documents."""
