#!/usr/bin/env python3
"""Django's command line for dentalhub."""

import sys

from dentalhub.cli import main

if __name__ == "__main__":
    main(sys.argv)
