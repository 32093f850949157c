"""The pages behind a one-time link: whoever has it chooses a password, and then signs in like everybody."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from dentalhub.password_links import DeadLinkError, judge, still_open, use

SESSION_KEY = "password_link"


@login_not_required
@never_cache
@require_safe
def password_link(request: HttpRequest) -> HttpResponse:
    """Take the secret out of the address: what follows knows the link by this browser's session.

    It is in the query, which our access log leaves out. Opening it uses nothing up, because mail programs look at links
    before people do.
    """
    link = judge(request.GET.get("key", ""))
    if link is None:
        return _dead(request)
    request.session[SESSION_KEY] = link.pk
    return redirect("choose_password")


@sensitive_post_parameters()
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose_password(request: HttpRequest) -> HttpResponse:
    """Choose the password that nobody else knows; the link counts no more after that."""
    link = still_open(request.session.get(SESSION_KEY, 0))
    if link is None:
        return _dead(request)
    form = SetPasswordForm(link.user, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "username": link.user.get_username()}
        return render(request, "account/choose_password.html", context, status=422 if form.is_bound else 200)
    try:
        use(link, form.cleaned_data["new_password1"])
    except DeadLinkError:
        return _dead(request)
    # Also whoever was signed in here before; the second factor is asked for at the sign-in, not here.
    logout(request)
    messages.success(request, _("Your password is set. Please sign in with it."))
    return redirect("login")


def _dead(request: HttpRequest) -> HttpResponse:
    request.session.pop(SESSION_KEY, None)
    return render(request, "account/dead_link.html", status=410)
