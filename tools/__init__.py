"""What works on this project apart from its tests: the demo, its documents, timings, fuzzing."""
