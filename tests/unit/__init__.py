"""Single modules, against known answers."""
