"""Renders a centers file that is a template, so that 100 centers are a loop. *Pure*.

The template comes from outside: it sees no object of ours, no file and no loader.
"""

import traceback

from django.utils.translation import gettext as _
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from centers.exceptions import FileProblem, ImportFileError

LONGEST_OUTPUT = 5_000_000
SUFFIX = ".j2"


def is_template(file_name: str) -> bool:
    """True for a name that ends in .j2."""
    return file_name.lower().endswith(SUFFIX)


def render(text: str) -> str:
    """The text that the template `text` makes. Raises ImportFileError with the line of the template."""
    # Escaping is for HTML; this makes YAML.
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    parts: list[str] = []
    length = 0
    try:
        for part in environment.from_string(text).generate():
            length += len(part)
            if length > LONGEST_OUTPUT:
                raise ImportFileError([FileProblem(1, 1, _("The template makes too long a file."))])
            parts.append(part)
    except TemplateSyntaxError as error:
        message = _("The template cannot be read: %(problem)s") % {"problem": error.message}
        raise ImportFileError([FileProblem(error.lineno, 1, message)]) from error
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        message = _("The template cannot be rendered: %(problem)s") % {"problem": error}
        raise ImportFileError([FileProblem(_line_of(error), 1, message)]) from error
    return "".join(parts)


def _line_of(error: Exception) -> int:
    """The template's line: Jinja puts frames named <template> into the traceback."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "<template>"]
    return (lines[-1] if lines else None) or 1
