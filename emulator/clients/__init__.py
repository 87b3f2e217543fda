"""Microsoft's own libraries, unmodified, against the emulator: `make clients`."""
