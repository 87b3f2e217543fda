"""The rulebook: what an enrollment or an enrollment group may hold. Knows no option, no file and no HTTP."""
