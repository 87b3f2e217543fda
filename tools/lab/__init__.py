"""An az with settings of its own, signed in to the emulator."""
