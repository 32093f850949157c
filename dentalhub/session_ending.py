"""Signs people out everywhere."""

from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.utils import timezone

# Sessions that are looked at together.
BATCH = 500


def end_sessions(user: User) -> int:
    """End every session of `user` at once; how many there were.

    Which person a session belongs to stands in its signed text, so all living ones are looked at. The table that shows
    people their sessions is not asked, because a session may be older than its row there.
    """
    living = Session.objects.filter(expire_date__gt=timezone.now()).order_by("session_key")
    UserSession.objects.filter(user=user).delete()
    last, ended = "", 0
    while batch := list(living.filter(session_key__gt=last)[:BATCH]):
        last = batch[-1].session_key
        theirs = [one.session_key for one in batch if one.get_decoded().get(SESSION_KEY) == str(user.pk)]
        ended += Session.objects.filter(session_key__in=theirs).delete()[0]
    return ended
