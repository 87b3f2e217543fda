"""`make picture`: the recording of a terminal in README.md, of what a real az prints against the emulator."""
