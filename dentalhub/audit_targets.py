"""What an audit event was about, in words: the trail keeps the name of a model and how the object was called then."""

from dataclasses import dataclass

from django.apps import apps
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Target:
    """`kind` is what sort of object it is in the reader's language, or empty; `name` is which one."""

    kind: str
    name: str


def target_in_words(target: str) -> Target:
    """`centers.center:center_01` as “Center” and “center_01”; a text that names no model of ours as it is."""
    label, _colon, name = target.partition(":")
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return Target("", target)
    if not isinstance(model._meta.verbose_name, Promise):
        # Django made it from the class, for no language; the exact name says more.
        return Target("", target)
    kind = str(model._meta.verbose_name)
    return Target(kind[:1].upper() + kind[1:], name)
