"""Who somebody is, with their roles: every page asks for both."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.models import User
from django.db.models import F

from dentalhub.access import remember_roles


class PersonBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's, but that the person of a session comes with the roles, in one query."""

    def get_user(self, user_id: Any) -> User | None:
        """None when there is no such person any more, or when the account was switched off."""
        rows = list(User.objects.filter(pk=user_id).annotate(group_name=F("groups__name")))
        if not rows or not self.user_can_authenticate(rows[0]):
            return None
        remember_roles(rows[0], {row.group_name for row in rows})
        return rows[0]
