"""`python -m dps_emulator`, the same as the command `dps-emulator`."""

from __future__ import annotations

from .program import main

if __name__ == "__main__":
    main()
