"""More people than the roles have, and changes that they make."""

from dataclasses import replace

from django.contrib.auth.models import Group, User

from mappings.document import MappingDocument
from mappings.models import Mapping
from tests.scopes import sees_all_regions


def a_reviewer(name: str) -> User:
    """A reviewer of that name."""
    person = User.objects.create_user(name)
    person.groups.add(Group.objects.get(name="reviewer"))
    sees_all_regions(person)
    return person


def with_code(mapping: Mapping, code: str) -> MappingDocument:
    """The content of `mapping` with one more insurance code."""
    document = mapping.document()
    codes = dict(document.insurance_codes) | {code: "GKV"}
    return replace(document, insurance_codes=tuple(codes.items()))
