"""A process of `dentalhub.processor_pool`: takes functions with arguments, gives back results, ends with its input.

It reads no source and no database.
"""

import gc
import os
import pickle
import signal
import sys
from typing import BinaryIO

from django.conf import settings

# Hardly anything that the work makes is cyclic garbage, and looking for it takes a third of the time.
_GARBAGE_LOOKS = (200_000, 20, 50)


def serve(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer until there are no more questions."""
    while True:
        try:
            work, args, kwargs = pickle.load(questions)  # noqa: S301 # from the process that started this one  # nosec B301
        except EOFError:
            return
        try:
            answer: tuple[bool, object] = (False, work(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 for the process that asked
            answer = (True, error)
        answers.write(pickle.dumps(answer, pickle.HIGHEST_PROTOCOL))
        answers.flush()


def main() -> None:
    """Serve standard input; whatever else is printed goes to the error output."""
    # Whoever interrupts the process that started this one reaches this one, too; it ends with its input all the same.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    # Nobody reads what is said here: no language, and no apps to look for its words in.
    settings.configure(USE_I18N=False)
    gc.freeze()
    gc.set_threshold(*_GARBAGE_LOOKS)
    try:
        serve(sys.stdin.buffer, answers)
    except BrokenPipeError:
        # The one that asked is gone.
        os._exit(1)


if __name__ == "__main__":
    main()
