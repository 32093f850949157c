"""Ends a process in which threads hang inside the driver."""

import logging
import os
import sys


def end_process(code: int) -> None:
    """Flush what was written and leave at once: the ordinary end waits for locks that a hung thread may hold."""
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)
