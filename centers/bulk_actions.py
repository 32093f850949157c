"""What can be done with many chosen centers at once, as this app and those on top of it register it when they start.

register(BulkAction("discover", _("Discover"), "search", (Role.ADMIN, Role.REVIEWER), start))
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User
from django.utils.functional import Promise

from centers.models import Center
from dentalhub.access import Role, has_role

# Does it, or has it done, and says where to look at what becomes of it. The key makes a double click one.
Start = Callable[[User, Sequence[Center], str], str]


@dataclass(frozen=True, slots=True)
class BulkAction:
    """A button of the bar below the list."""

    name: str
    label: str | Promise
    icon: str
    roles: tuple[Role, ...]
    start: Start


_ORDER = ("test", "discover", "run", "pause", "resume")
_ACTIONS: dict[str, BulkAction] = {}


def register(action: BulkAction) -> None:
    """Make an action known; one of the same name is replaced, and keeps its place."""
    _ACTIONS[action.name] = action


def actions_for(person: User | AnonymousUser) -> list[BulkAction]:
    """What `person` may do, in the order of the bar."""
    known = sorted(_ACTIONS.values(), key=lambda action: _ORDER.index(action.name) if action.name in _ORDER else 99)
    return [action for action in known if has_role(person, *action.roles)]
