"""What every change of a person goes through: one at a time, and by what the database says then."""

from django.contrib.auth.models import Group, User

from centers.exceptions import CentersError
from centers.people_rules import Refusal, Standing
from centers.people_standing import people, standing_of
from dentalhub.access import Role


class NotAllowedError(CentersError):
    """The rules do not allow it."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.value)


def one_at_a_time() -> None:
    """Wait until no other change of a person is under way; within a transaction, until its end."""
    # SQLite lets one transaction write at a time anyway.
    list(Group.objects.select_for_update().filter(name=Role.ADMIN.value).values_list("pk"))


def demand(refusal: Refusal | None) -> None:
    """Raise NotAllowedError where there is a refusal."""
    if refusal is not None:
        raise NotAllowedError(refusal)


def standing_now(actor: User) -> Standing:
    """As the database has it now: what the request began with may be over."""
    return fresh(actor.pk)[1]


def fresh(pk: int) -> tuple[User, Standing]:
    """A person and their standing, read now. Raises User.DoesNotExist."""
    person = people().get(pk=pk)
    return person, standing_of(person)
