"""How good the matcher is, measured on the development set: `python -m tests.benchmarks.matcher --help`."""
