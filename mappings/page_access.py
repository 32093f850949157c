"""What every mapping page begins with: the center, the version, who may do what."""

from typing import cast

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.http import urlencode

from centers.models import Center
from dentalhub.access import Role, has_role
from mappings.models import Mapping


def person(request: HttpRequest) -> User:
    """Who is signed in; every page of this app needs that."""
    return cast("User", request.user)


def center_or_404(request: HttpRequest, center_id: str) -> Center:
    """The center with its server and region; of another region than the person's there is none."""
    centers = Center.objects.for_user(request.user).select_related("server__region")
    return get_object_or_404(centers, center_id=center_id)


def mapping_or_404(request: HttpRequest, center_id: str, version: int) -> Mapping:
    """One version with everything that its page names; its snapshot without catalog and profile."""
    versions = Mapping.objects.for_user(request.user).select_related("center__server__region", "snapshot")
    light = versions.select_related("author", "reviewer").defer("snapshot__content", "snapshot__profile")
    return get_object_or_404(light, center__center_id=center_id, version=version)


def page_in_queue(request: HttpRequest, mapping: Mapping) -> str:
    """The page of `mapping`; a form that was opened from the queue leads back into that queue."""
    query = request.POST.get("queue")
    return (
        mapping.get_absolute_url() if query is None else f"{mapping.get_absolute_url()}?{urlencode({'queue': query})}"
    )


def may_edit(request: HttpRequest) -> bool:
    """True for reviewers and admins."""
    return has_role(request.user, Role.REVIEWER, Role.ADMIN)
