"""What works on this project beside its tests: the demo, its documents, timings, fuzzing."""
