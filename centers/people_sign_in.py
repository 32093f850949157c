"""What admins do about somebody's sign-in: end sessions, hand out a link, take away a second factor."""

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.db import transaction

from centers.people_gate import demand, fresh, one_at_a_time, standing_now
from centers.people_rules import refusal_of_link, refusal_to_manage
from dentalhub import password_links
from dentalhub.audit import record
from dentalhub.session_ending import end_sessions


@transaction.atomic
def sign_out(actor: User, pk: int) -> int:
    """End every session of a person; how many there were. Raises User.DoesNotExist, NotAllowedError."""
    one_at_a_time()
    person, standing = fresh(pk)
    demand(refusal_to_manage(standing_now(actor), standing))
    ended = end_sessions(person)
    record(actor, "person.signed_out", person, sessions=ended)
    return ended


@transaction.atomic
def reset_second_factor(actor: User, pk: int, reason: str) -> bool:
    """Take all second factors of a person away, and their sessions; they set up new ones. False when there was none.

    Raises User.DoesNotExist, NotAllowedError.
    """
    one_at_a_time()
    person, standing = fresh(pk)
    demand(refusal_to_manage(standing_now(actor), standing))
    kinds = sorted(Authenticator.objects.filter(user=person).values_list("type", flat=True))
    if not kinds:
        return False
    Authenticator.objects.filter(user=person).delete()
    sessions = end_sessions(person)
    record(actor, "person.second_factor_reset", person, kinds=kinds, reason=reason, sessions=sessions)
    return True


@transaction.atomic
def make_link(actor: User | None, pk: int, *, by_email: bool) -> password_links.NewLink:
    """A link with which the person chooses a password. `actor` None is the command line.

    Raises User.DoesNotExist, NotAllowedError.
    """
    one_at_a_time()
    person, standing = fresh(pk)
    if actor is not None:
        demand(refusal_of_link(standing_now(actor), standing))
    made = password_links.issue(person)
    until = made.link.expires_at.isoformat(timespec="minutes")
    record(actor, "person.link_made", person, by_email=by_email, expires_at=until)
    return made
