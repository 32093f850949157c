"""Bringing in people and changing what they may do. Every change asks the rules anew and is recorded.

Two changes never run at the same time, or two admins could each take away the other's role.
"""

from django.contrib.auth.models import Group, User
from django.db import IntegrityError, transaction

from centers.exceptions import CentersError
from centers.models import Region
from centers.people_gate import demand, fresh, one_at_a_time, standing_now
from centers.people_rules import Wanted, refusal_to_change, refusal_to_create, refusal_to_manage
from centers.people_snapshot import Snapshot
from centers.people_standing import admins, snapshot_of
from centers.scope_changes import write_scope
from dentalhub import password_links, tokens
from dentalhub.access import Role
from dentalhub.audit import record
from dentalhub.audit_changes import changes
from dentalhub.session_ending import end_sessions


class TakenError(CentersError):
    """Somebody else has this `field`: the username or the e-mail address."""

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(field)


class ChangedMeanwhileError(CentersError):
    """The person is not any more what the form had shown; `now` is what they are."""

    def __init__(self, now: Snapshot) -> None:
        self.now = now
        super().__init__("changed meanwhile")


@transaction.atomic
def create_person(actor: User | None, username: str, wanted: Snapshot) -> User:
    """A new person without a password. `actor` None is the command line. Raises NotAllowedError, TakenError."""
    one_at_a_time()
    if actor is not None:
        demand(refusal_to_create(standing_now(actor), wanted.wanted(is_active=True)))
    if User.objects.filter(username__iexact=username).exists():
        raise TakenError("username")
    _demand_free_address(wanted.email, None)
    person = User(username=username)
    person.set_unusable_password()
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        raise TakenError("username") from error
    _write(person, wanted)
    record(actor, "person.created", person, changes=changes({}, wanted.values()))
    return person


@transaction.atomic
def change_person(actor: User, pk: int, seen: Snapshot, wanted: Snapshot) -> bool:
    """Make the person what is `wanted`, provided that they are still what was `seen`; False when nothing changes.

    Raises User.DoesNotExist, NotAllowedError, TakenError, ChangedMeanwhileError.
    """
    one_at_a_time()
    by, (person, standing) = standing_now(actor), fresh(pk)
    now = snapshot_of(person)
    if now != seen:
        if by.pk != standing.pk:
            demand(refusal_to_manage(by, standing))
        raise ChangedMeanwhileError(now)
    if wanted == now:
        return False
    demand(refusal_to_change(by, standing, wanted.wanted(is_active=person.is_active), admins()))
    if wanted.email != now.email:
        _demand_free_address(wanted.email, person)
        # It went to an address that is theirs no more.
        password_links.revoke(person)
    _write(person, wanted)
    record(actor, "person.changed", person, changes=changes(now.values(), wanted.values()))
    return True


@transaction.atomic
def deactivate(actor: User, pk: int) -> bool:
    """Keep a person out from this moment on: sessions, API tokens and links end. False when that had been done.

    Raises User.DoesNotExist, NotAllowedError.
    """
    one_at_a_time()
    person = _switched(actor, pk, is_active=False)
    if person is None:
        return False
    living = list(person.api_tokens.filter(revoked_at=None).select_related("user"))
    ended = sum(tokens.revoke(token, actor) for token in living)
    password_links.revoke(person)
    sessions = end_sessions(person)
    made = changes({"active": True}, {"active": False})
    record(actor, "person.deactivated", person, changes=made, sessions=sessions, tokens=ended)
    return True


@transaction.atomic
def reactivate(actor: User, pk: int) -> bool:
    """Let a person in again, with the roles and regions of before, and no session or token. False when they were in.

    Raises User.DoesNotExist, NotAllowedError.
    """
    one_at_a_time()
    person = _switched(actor, pk, is_active=True)
    if person is None:
        return False
    # What was begun in the very moment of the deactivation must not come to life.
    end_sessions(person)
    record(actor, "person.reactivated", person, changes=changes({"active": False}, {"active": True}))
    return True


def _demand_free_address(email: str, person: User | None) -> None:
    others = User.objects.filter(email__iexact=email)
    if person is not None:
        others = others.exclude(pk=person.pk)
    if email and others.exists():
        raise TakenError("email")


def _switched(actor: User, pk: int, *, is_active: bool) -> User | None:
    """The person after the change; None when there was nothing to change."""
    person, standing = fresh(pk)
    wanted = Wanted(standing.roles, standing.reach, is_active)
    # Asked first, so that nobody learns by it how somebody stands whom they may not manage.
    by = standing_now(actor)
    demand(refusal_to_manage(by, standing))
    if person.is_active == is_active:
        return None
    demand(refusal_to_change(by, standing, wanted, admins()))
    person.is_active = is_active
    person.save(update_fields=["is_active"])
    return person


def _write(person: User, wanted: Snapshot) -> None:
    person.first_name, person.last_name, person.email = wanted.first_name, wanted.last_name, wanted.email
    person.save(update_fields=["first_name", "last_name", "email"])
    known = [role.value for role in Role]
    # Groups that are no roles are left alone.
    person.groups.remove(*Group.objects.filter(name__in=set(known) - set(wanted.roles)))
    person.groups.add(*Group.objects.filter(name__in=wanted.roles))
    reach = wanted.reach
    write_scope(person, all_regions=reach.all_regions, regions=Region.objects.filter(code__in=reach.regions))
