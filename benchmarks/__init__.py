"""Benchmarks: commands that anyone can run, each with what it is measured against in the same run."""
