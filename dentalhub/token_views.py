"""The pages of API tokens: one's own, everybody's for admins, making one, ending one."""

from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dentalhub.access import Role, has_role, role_required
from dentalhub.htmx import render_page
from dentalhub.models import ApiToken
from dentalhub.reauthentication import recent_sign_in_required
from dentalhub.token_forms import TokenForm
from dentalhub.tokens import TokenNameError, issue, revoke

TOKENS_PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token with its state in a code and in words."""

    token: ApiToken
    state: str
    label: str


@require_safe
@role_required(*Role)
def token_list(request: HttpRequest) -> HttpResponse:
    """One's own tokens; `all=1` shows an admin everybody's."""
    person = cast("User", request.user)
    shows_all = request.GET.get("all") == "1" and has_role(person, Role.ADMIN)
    tokens = ApiToken.objects.select_related("user")
    page = Paginator(tokens if shows_all else tokens.filter(user=person), TOKENS_PER_PAGE).get_page(
        request.GET.get("page")
    )
    rows = [_row(token) for token in page.object_list]
    context = {"page_obj": page, "rows": rows, "shows_all": shows_all}
    return render_page(request, "tokens/token_list.html", "tokens/_token_table.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*Role)
@recent_sign_in_required
def token_create(request: HttpRequest) -> HttpResponse:
    """Make a token. Its text is in this one answer and nowhere else."""
    person = cast("User", request.user)
    if request.method != "POST":
        return render(request, "tokens/token_form.html", {"form": TokenForm(person)})
    form = TokenForm(person, request.POST)
    if form.is_valid():
        try:
            made = issue(person, form.cleaned_data["name"], form.rights(), form.lifetime())
        except TokenNameError:
            form.add_error("name", _("You have a token of this name already."))
        else:
            # No redirect: nothing may keep the text until another request.
            return render(request, "tokens/token_created.html", {"made": made})
    return render(request, "tokens/token_form.html", {"form": form}, status=422)


@require_POST
@role_required(*Role)
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End one's own token; an admin ends anybody's."""
    person = cast("User", request.user)
    tokens = ApiToken.objects.select_related("user")
    if not has_role(person, Role.ADMIN):
        tokens = tokens.filter(user=person)
    token = get_object_or_404(tokens, pk=pk)
    if revoke(token, person):
        messages.success(request, _("The token “%(name)s” counts no more.") % {"name": token.name})
    else:
        messages.info(request, _("The token had been revoked already."))
    response = redirect("token_list")
    if token.user_id != person.pk:
        response["Location"] += "?all=1"
    return response


def _row(token: ApiToken) -> TokenRow:
    if token.revoked_at is not None:
        return TokenRow(token, "revoked", _("revoked"))
    if token.expires_at <= timezone.now():
        return TokenRow(token, "expired", _("expired"))
    if not token.user.is_active:
        return TokenRow(token, "paused", _("its person is not active"))
    return TokenRow(token, "active", _("valid"))
