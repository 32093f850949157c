"""Every part of the design system in every state, on one page; routed with DEBUG and in tests only."""

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

STATES = {
    "ok": ("ok", "succeeded", "approved", "active", "landed"),
    "warning": ("warning", "partial", "in_review", "held", "skipped"),
    "danger": ("danger", "failed", "rejected", "hung"),
    "info": ("info", "running", "queued"),
    "muted": ("muted", "paused", "draft", "superseded", "cancelled", "missing", "empty"),
}


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label=_("Name"), help_text=_("As it is shown in lists and in exports."))
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535)
    region = forms.ChoiceField(label=_("Region"), choices=[("germany", _("Germany")), ("austria", _("Austria"))])
    note = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    encrypt = forms.ChoiceField(
        label=_("Encryption"),
        choices=[("verified", _("Verified certificate")), ("trusted", _("Trust any certificate"))],
        widget=forms.RadioSelect,
        initial="verified",
    )
    active = forms.BooleanField(label=_("Active"), help_text=_("A paused center is left out of runs."), required=False)


def styleguide(request: HttpRequest) -> HttpResponse:
    """Show the parts; `?errors=1` shows the form with its errors."""
    bad = {"name": "", "port": "70000", "region": "germany", "encrypt": "verified"}
    form = SampleForm(bad) if "errors" in request.GET else SampleForm(initial={"port": 1433})
    context = {"states": STATES, "form": form, "page_obj": Paginator(range(512), 50).page(2)}
    return render(request, "styleguide.html", context)
