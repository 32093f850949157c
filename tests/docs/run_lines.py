"""Runs command lines in one process: `python -m tests.docs.run_lines`, with JSON on both ends.

The installation is that of the environment. A request has `text`, and is Python or a command; the answer has its exit
code and all that it printed.
"""

import contextlib
import io
import json
import shlex
import sys
import traceback
from pathlib import Path
from typing import Any


def run(request: dict[str, Any]) -> tuple[int, str]:
    """The exit code, -1 for an error that nobody caught, and the output."""
    from dentalhub.cli import main

    printed, typed = io.StringIO(), sys.stdin
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        try:
            if request.get("python"):
                exec(request["text"], {})  # noqa: S102  the test's own
            else:
                sys.stdin = io.StringIO(Path(request["typed"]).read_text() if request.get("typed") else "")
                main(shlex.split(request["text"]))
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else int(error.code is not None)
        except BaseException:  # noqa: BLE001  whatever it is, the test shows it
            traceback.print_exc()
            code = -1
        else:
            code = 0
        finally:
            sys.stdin = typed
    return code, printed.getvalue()


if __name__ == "__main__":
    answers = [run(request) for request in json.load(sys.stdin)]
    json.dump(answers, sys.stdout)
