"""The process that renders a centers template: `python template_process.py < template`.

A template comes from outside. Jinja2's sandbox keeps it from our objects, but not from loops and texts without end;
only a process of its own, with limits, can be stopped in the middle of one. Needs neither Django nor a package of ours.
"""

import contextlib
import json
import resource
import sys
import traceback

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

CPU_SECONDS = 10
MOST_BYTES = 1 << 30
LONGEST_OUTPUT = 5_000_000
TOO_MUCH = "it takes too long or too much memory"


def main() -> None:
    """Write one JSON object: the `text`, or the `kind` of problem (syntax, failed, long) with line and words."""
    for what, limit in ((resource.RLIMIT_CPU, CPU_SECONDS), (resource.RLIMIT_AS, MOST_BYTES)):
        # A system that does not know a limit still has the caller's time limit.
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(what, (limit, limit))
    answer = _answer(sys.stdin.buffer.read().decode())
    sys.stdout.write(json.dumps(answer))


def _answer(text: str) -> dict[str, object]:
    # Escaping is for HTML; this makes YAML.
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    parts: list[str] = []
    length = 0
    try:
        for part in environment.from_string(text).generate():
            length += len(part)
            if length > LONGEST_OUTPUT:
                return _problem("long", 1, "")
            parts.append(part)
    except TemplateSyntaxError as error:
        return _problem("syntax", error.lineno, f"{error.message}")
    except (MemoryError, RecursionError, SyntaxError):
        # Python's own compiler says SyntaxError to code that is nested too deeply.
        return _problem("failed", 1, TOO_MUCH)
    except (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        return _problem("failed", _line_of(error), f"{error}")
    return {"text": "".join(parts)}


def _problem(kind: str, line: int, problem: str) -> dict[str, object]:
    return {"kind": kind, "line": line, "problem": problem}


def _line_of(error: Exception) -> int:
    """The template's line: Jinja puts frames named <template> into the traceback."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "<template>"]
    return (lines[-1] if lines else None) or 1


if __name__ == "__main__":
    main()
