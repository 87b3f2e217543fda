"""An az that belongs to nobody, signed in to the emulator."""
