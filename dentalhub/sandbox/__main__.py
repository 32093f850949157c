"""``python -m dentalhub.sandbox DIRECTORY``: serve a generated network. Needs no Django."""

import argparse
import logging
import sys
from pathlib import Path

from dentalhub.sandbox.command_line import add_serve_arguments, serve_options
from dentalhub.sandbox.serving import serve

BAD_USAGE = 2


def main() -> int:
    """Serve until stopped; 2 for bad options, a missing network or a taken port."""
    parser = argparse.ArgumentParser(prog="python -m dentalhub.sandbox", description=__doc__)
    parser.add_argument("directory", type=Path, help="a directory that the generator made")
    parser.add_argument("--password-file", type=Path, help="read the login's password from here")
    parser.add_argument("--control", action="store_true", help="take faults on standard input, stop at its end")
    add_serve_arguments(parser)
    given = parser.parse_args()
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(message)s")
    try:
        options = serve_options(vars(given))
        serve(given.directory, options, password_file=given.password_file, is_controlled=given.control)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return BAD_USAGE
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
