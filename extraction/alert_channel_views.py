"""The pages of alert channels: for admins who see everything that a channel tells."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from centers.exceptions import CredentialError
from dentalhub.access import Role, role_required
from dentalhub.htmx import render_page, wants_fragment
from dentalhub.rate_limit import seconds_to_wait
from dentalhub.reauthentication import recent_sign_in_required
from extraction.alert_channel_forms import AlertChannelForm
from extraction.alert_models import MessageState
from extraction.alerts.changes import drop_channel, save_channel, send_again
from extraction.alerts.outcomes import Outcome, advice
from extraction.alerts.trying import send_test
from extraction.models import AlertChannel, AlertMessage
from extraction.tasks import enqueue_alerts

PAGE_SIZE = 50
TESTS_PER_MINUTE = 5


@require_safe
@role_required(Role.ADMIN)
def alert_channel_list(request: HttpRequest) -> HttpResponse:
    """Every channel with whom it tells, what and when."""
    given_up = Count("messages", filter=Q(messages__state=MessageState.FAILED))
    channels = AlertChannel.objects.for_user(request.user).prefetch_related("regions").annotate(given_up=given_up)
    context = {"channels": channels}
    page, fragment = "extraction/alert_channel_list.html", "extraction/_alert_channel_table.html"
    return render_page(request, page, fragment, context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMIN)
@recent_sign_in_required
def alert_channel_create(request: HttpRequest) -> HttpResponse:
    """A new one."""
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMIN)
@recent_sign_in_required
def alert_channel_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one."""
    return _edit(request, _channel(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMIN)
@recent_sign_in_required
def alert_channel_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then delete it with its log."""
    channel = _channel(request, pk)
    if request.method != "POST":
        return render(request, "extraction/alert_channel_delete.html", {"channel": channel})
    drop_channel(channel, cast("User", request.user))
    messages.success(request, _("“%(name)s” is deleted.") % {"name": channel.name})
    return redirect("extraction:alert_channel_list")


@require_POST
@role_required(Role.ADMIN)
def alert_channel_test(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a test and say what came of it; in the row of the channel, or without JavaScript on the page of its log."""
    channel = _channel(request, pk)
    person = cast("User", request.user)
    wait = seconds_to_wait(f"alert-test:{person.pk}", TESTS_PER_MINUTE)
    if wait:
        text = _("You have sent several tests. Try again in %(seconds)d seconds.") % {"seconds": wait}
        if wants_fragment(request):
            context = {"state": "warning", "text": text}
            return render(request, "extraction/_alert_test.html", context, status=429)
        messages.warning(request, text)
        return redirect("extraction:alert_channel_log", channel.pk)
    message = send_test(channel, person)
    is_sent = message.state == MessageState.SENT
    if wants_fragment(request):
        return render(
            request, "extraction/_alert_test.html", {"state": "ok" if is_sent else "failed", "text": _said(message)}
        )
    (messages.success if is_sent else messages.error)(request, _said(message))
    return redirect("extraction:alert_channel_log", channel.pk)


@require_safe
@role_required(Role.ADMIN)
def alert_channel_log(request: HttpRequest, pk: int) -> HttpResponse:
    """What a channel sent, tried and gave up, the newest first."""
    channel = _channel(request, pk)
    sent = AlertMessage.objects.for_user(request.user).filter(channel=channel)
    page = Paginator(sent.annotate(alerts=Count("deliveries")).order_by("-pk"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    rows = [
        {
            "message": message,
            "outcome": Outcome(message.outcome).label if message.outcome else "",
            "advice": advice(message.outcome),
        }
        for message in page.object_list
    ]
    context = {"channel": channel, "page_obj": page, "rows": rows}
    return render_page(request, "extraction/alert_channel_log.html", "extraction/_alert_log_table.html", context)


@require_POST
@role_required(Role.ADMIN)
def alert_message_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a message once more that was given up."""
    message = get_object_or_404(AlertMessage.objects.for_user(request.user), pk=pk)
    channel = _channel(request, message.channel_id)
    if send_again(message, cast("User", request.user)):
        enqueue_alerts([message.pk])
        messages.success(request, _("The message is sent once more."))
    else:
        messages.info(request, _("Only a message that was given up is sent once more."))
    return redirect("extraction:alert_channel_log", channel.pk)


def _channel(request: HttpRequest, pk: int) -> AlertChannel:
    return get_object_or_404(AlertChannel.objects.for_user(request.user).select_related("secret"), pk=pk)


def _edit(request: HttpRequest, channel: AlertChannel | None) -> HttpResponse:
    if request.method == "POST":
        form = AlertChannelForm(request.POST, person=request.user, channel=channel)
        if form.is_valid():
            try:
                kept = save_channel(channel, form.wish(), cast("User", request.user))
            except CredentialError:
                form.add_error("address", _("It cannot be stored: DENTALHUB_SECRET_KEYS is missing or lost its key."))
            else:
                messages.success(request, _("“%(name)s” is saved.") % {"name": kept.name})
                return redirect("extraction:alert_channel_list")
    else:
        shown = channel or AlertChannel(language=settings.LANGUAGE_CODE, time_zone=settings.NETWORK_TIME_ZONE)
        form = AlertChannelForm(initial=AlertChannelForm.values_of(shown), person=request.user, channel=channel)
    context = {"form": form, "channel": channel}
    return render(request, "extraction/alert_channel_form.html", context, status=422 if form.errors else 200)


def _said(message: AlertMessage) -> str:
    """What came of a test, in a sentence or two."""
    values = {"outcome": Outcome(message.outcome).label, "status": message.http_status or 0}
    text = _("Test: %(outcome)s (HTTP %(status)d).") if message.http_status else _("Test: %(outcome)s.")
    return " ".join(filter(None, [text % values, advice(message.outcome)]))
