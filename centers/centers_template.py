"""Renders a centers file that is a template, so that 100 centers are a loop.

The template comes from outside: it sees no object of ours, no file and no loader, and runs in a process with limits.
"""

import json
import subprocess
import sys
from typing import Any

from django.utils.translation import gettext as _

from centers import template_process
from centers.exceptions import FileProblem, ImportFileError

# More than the process's own limit of processor time, for a machine that is busy.
MOST_SECONDS = 30
SUFFIX = ".j2"


def is_template(file_name: str) -> bool:
    """True for a name that ends in .j2."""
    return file_name.lower().endswith(SUFFIX)


def render(text: str) -> str:
    """The text that the template `text` makes. Raises ImportFileError with the line of the template."""
    answer = _rendered(text)
    if "text" in answer:
        return str(answer["text"])
    sentence = {
        "long": _("The template makes too long a file."),
        "syntax": _("The template cannot be read: %(problem)s"),
        "failed": _("The template cannot be rendered: %(problem)s"),
    }[answer["kind"]]
    raise ImportFileError([FileProblem(answer["line"], 1, sentence % {"problem": answer["problem"]})])


def _rendered(text: str) -> dict[str, Any]:
    """What the process says; a process that had to be stopped says nothing."""
    stopped = {"kind": "failed", "line": 1, "problem": template_process.TOO_MUCH}
    # Isolated: neither the working directory nor the environment adds a module.
    command = [sys.executable, "-I", template_process.__file__]
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=MOST_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return stopped
    if done.returncode != 0:
        return stopped
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
