"""An insider who wants own work approved without a second person, colleagues who do not help, and what is at stake."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from centers.catalog import Catalog
from centers.models import Center
from mappings.approval import approve
from mappings.bulk_approval import Choice
from mappings.bulk_forms import choice_value
from mappings.discovery import store_catalog
from mappings.enums import MappingStatus
from mappings.four_eyes import is_own_work
from mappings.models import Mapping
from mappings.queries import approved_version, newest_fingerprint
from mappings.versions import edit, propose_for
from tests.mappings.catalogs import standard, table
from tests.mappings.conftest import make_center
from tests.mappings.people import with_code
from tests.scopes import sees_all_regions

CODE = "Q"
SignIn = Callable[[User], Client]


@dataclass(slots=True)
class Scene:
    """`own` is center_01's draft, which the insider has changed; `clean` is the machine's of center_02."""

    sign_in: SignIn
    insider: User
    colleague: User
    third: User
    own: Mapping = field(init=False)
    clean: Mapping = field(init=False)

    def __post_init__(self) -> None:
        self.clean = propose(make_center(2))
        self.own = self.change(propose(make_center(1)), self.insider)

    @property
    def browser(self) -> Client:
        """The insider's."""
        return self.sign_in(self.insider)

    def change(self, mapping: Mapping, person: User, code: str = CODE) -> Mapping:
        """`person` adds an insurance code to an open version."""
        return edit(Mapping.objects.get(pk=mapping.pk), with_code(mapping, code), person)

    def page(self, mapping: Mapping) -> str:
        """The address of a version."""
        return f"/mappings/{mapping.center.center_id}/{mapping.version}/"

    def seen(self, mapping: Mapping) -> dict[str, Any]:
        """What the form of the version's page sends now."""
        now = Mapping.objects.get(pk=mapping.pk)
        return {
            "content_hash": now.content_hash,
            "fingerprint": newest_fingerprint(now.center),
            "approved": approved_version(now.center),
            "all_looked_at": "on",
        }

    def post_approval(self, mapping: Mapping, client: Client | None = None, **changes: Any) -> int:
        """The status after the button is pressed, with some fields changed (None: left out)."""
        sent = {name: value for name, value in (self.seen(mapping) | changes).items() if value is not None}
        return (client or self.browser).post(f"{self.page(mapping)}approve", sent).status_code

    def ticked(self, mapping: Mapping, number: int = 0) -> str:
        """A tick in the preview of identical changes; with the `number` of another version."""
        seen = self.seen(mapping)
        return choice_value(Choice(number or mapping.pk, seen["content_hash"], seen["approved"], seen["fingerprint"]))

    def command(self, mapping: Mapping, username: str) -> int:
        """The exit code of `approve_mapping`."""
        try:
            call_command("approve_mapping", mapping.center.center_id, f"--version={mapping.version}", "--as", username)
        except CommandError as error:
            return error.returncode
        return 0

    def approved_by_third(self, mapping: Mapping) -> Mapping:
        """A second person approves, as it should be."""
        return approve(Mapping.objects.get(pk=mapping.pk), self.third, all_looked_at=True)


def propose(center: Center) -> Mapping:
    """The machine's draft."""
    return propose_for(center, store_catalog(center, standard()).snapshot)


def odd_catalog() -> Catalog:
    """A source whose chart entries stand in a column that nobody knows, beside another one of its kind."""
    chart = table("KARTEI", 40_000, "ID int, PATNR int, DATUM int, HINWEIS nvarchar:-1, ZETTEL nvarchar:-1, DELKZ int")
    return standard(without=["KARTEI"], extra=[chart])


def person(name: str, *roles: str) -> User:
    """Somebody with these roles who sees all regions."""
    made = User.objects.create_user(name)
    made.groups.set([Group.objects.get_or_create(name=role)[0] for role in roles])
    return sees_all_regions(made)


def approved_alone() -> list[str]:
    """Versions that extract and that the person who approved them had a hand in; empty where four eyes have looked."""
    approved = Mapping.objects.exclude(decided_at=None).exclude(status=MappingStatus.REJECTED)
    return [str(one) for one in approved if one.reviewer is None or is_own_work(one, one.reviewer)]
