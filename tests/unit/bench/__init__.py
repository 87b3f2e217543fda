"""The benchmarks: what they compute."""
