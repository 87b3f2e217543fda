"""`make demo`: the main job with a real az, the built wheel and the emulator, all in temporary folders."""
