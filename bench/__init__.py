"""The load benchmark behind ``scripts/bench``. How to run and read it: ``docs/benchmark.md``."""
