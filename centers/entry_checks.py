"""Checks one entry of a centers file and says in plain sentences what is wrong with it."""

from typing import Any, TypeVar, cast

from django.core.exceptions import ValidationError
from django.db.models import Field, Model
from django.utils.translation import gettext as _
from pydantic import ValidationError as EntryError
from pydantic_core import ErrorDetails
from rapidfuzz import process

from centers.centers_file_entries import FIELD_OF_KEY, STORED_MARK, Entry
from centers.exceptions import FileProblem
from centers.yaml_positions import Path, YamlDocument

EntryType = TypeVar("EntryType", bound=Entry)

# Keys that name another entry.
REFERENCES = frozenset({"region", "server"})


def check_entry(
    document: YamlDocument, path: Path, data: Any, entry_type: type[EntryType], model: type[Model]
) -> tuple[EntryType | None, list[FileProblem]]:
    """The entry at `path` when it is valid, and everything that is wrong with it."""
    if not isinstance(data, dict):
        return None, [FileProblem(*document.position(path), _("Here must stand keys with values."))]
    try:
        entry = entry_type.model_validate(data)
    except EntryError as error:
        details = error.errors(include_url=False, include_context=False, include_input=False)
        problems = [_problem(document, path, detail, entry_type) for detail in details]
        failed = {detail["loc"][0] for detail in details}
        # What has the right type is judged too: a person wants to see all problems at once.
        sound = {key: value for key, value in data.items() if key in entry_type.model_fields and key not in failed}
        return None, problems + _value_problems(document, path, sound, model)
    problems = _value_problems(document, path, dict(entry), model)
    return (None if problems else entry), problems


def _value_problems(
    document: YamlDocument, path: Path, values: dict[str, Any], model: type[Model]
) -> list[FileProblem]:
    """What the model's own fields say against `values`, by the keys of the file."""
    problems = []
    for key, value in values.items():
        # References are checked with the whole file in view; a bare yes or no is true or false in YAML; a list is
        # judged as the text that a valid entry makes of it.
        if key in REFERENCES or isinstance(value, bool | list) or (key, value) == ("password", STORED_MARK):
            continue
        field = cast("Field[Any, Any]", model._meta.get_field(FIELD_OF_KEY.get(key, key)))
        try:
            field.clean(value, None)
        except ValidationError as error:
            message = _("%(key)s: %(problem)s") % {"key": key, "problem": " ".join(error.messages)}
            problems.append(FileProblem(*document.position((*path, key)), message))
    return problems


def unknown_key(document: YamlDocument, path: Path, known: list[str]) -> FileProblem:
    """The problem that the key at the end of `path` is not one of `known`."""
    key = str(path[-1])
    close = process.extractOne(key, known, score_cutoff=70)
    if close:
        message = _("Unknown key %(key)s. Did you mean %(close)s?") % {"key": key, "close": close[0]}
    else:
        message = _("Unknown key %(key)s. Known keys: %(known)s.") % {"key": key, "known": ", ".join(known)}
    return FileProblem(*document.key_position(path), message)


def _problem(document: YamlDocument, path: Path, detail: ErrorDetails, entry_type: type[Entry]) -> FileProblem:
    place = (*path, *detail["loc"])
    kind = detail["type"]
    if kind == "extra_forbidden":
        return unknown_key(document, place, list(entry_type.model_fields))
    if kind == "missing":
        message = _("The key %(key)s is missing.") % {"key": place[-1]}
        return FileProblem(*document.position(path), message)
    return FileProblem(*document.position(place), _type_message(kind, str(place[-1])))


def _type_message(kind: str, key: str) -> str:
    """A sentence for one of pydantic's kinds of type errors; the value itself may be a secret and is not shown."""
    if kind.startswith("string"):
        return _("%(key)s must be text: put it in quotes.") % {"key": key}
    if kind.startswith("int"):
        return _("%(key)s must be a whole number.") % {"key": key}
    if kind.startswith("date"):
        return _("%(key)s must be a date such as 2026-12-31.") % {"key": key}
    if kind.startswith("bool"):
        return _("%(key)s must be true or false.") % {"key": key}
    return _("%(key)s is not valid.") % {"key": key}
