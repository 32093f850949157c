"""Measurements, run by hand: `python -m tests.benchmarks.NAME`."""

import os

# The sandbox is on this machine.
os.environ.setdefault("DENTALHUB_SANDBOX", "1")
