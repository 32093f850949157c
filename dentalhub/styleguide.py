"""Every part of the design system in every state, on one page; routed with DEBUG and in tests only."""

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from dentalhub.list_pages import ListPage
from dentalhub.list_sorting import Column

STATES = {
    "ok": ("ok", "succeeded", "approved", "active", "landed", "done"),
    "warning": ("warning", "partial", "in_review", "held", "skipped", "attention"),
    "danger": ("danger", "failed", "rejected", "hung"),
    "info": ("info", "running", "queued", "now"),
    "muted": ("muted", "paused", "draft", "superseded", "cancelled", "missing", "empty", "waiting"),
}

STEPS = (
    {
        "number": 1,
        "title": "Region and server",
        "state": "done",
        "state_label": "done",
        "lines": ("There are 2 servers.",),
        "links": ({"url": "#states", "label": "Add another server"},),
    },
    {
        "number": 2,
        "title": "Test the connection",
        "state": "attention",
        "state_label": "needs attention",
        "is_current": True,
        "lines": ("1 of 2 servers did not let us in when it was last tested.",),
        "named": ({"name": "berlin-1", "url": "#states"},),
        "action": {"url": "#states", "label": "Test berlin-1"},
    },
    {
        "number": 3,
        "title": "Discover",
        "state": "now",
        "state_label": "under way",
        "lines": ("3 of 31 centers are being discovered.",),
        "is_busy": True,
        "done": 28,
        "all": 31,
        "action": {"url": "#states", "label": "Show the progress"},
    },
    {
        "number": 4,
        "title": "First run",
        "state": "waiting",
        "state_label": "comes later",
        "lines": ("Reads the chart entries of the last days.",),
    },
)


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


# No list that anybody can keep views of.
SAMPLE_LIST = ListPage(
    name="sample",
    title=_("Sample list"),
    view="styleguide",
    columns=(
        Column("center", _("Center"), ("center_id",)),
        Column("name", _("Name"), ("name",)),
        Column("city", _("City"), ("city",)),
        Column("region", _("Region")),
        Column("database", _("Database")),
    ),
    default="center",
    target="sample-table",
)
SAMPLE_ACTIONS = (
    {"name": "test", "label": _("Test the connection"), "icon": "plug"},
    {"name": "pause", "label": _("Pause"), "icon": "pause-circle-fill"},
)


def styleguide(request: HttpRequest) -> HttpResponse:
    """Show the parts; `?errors=1` shows the form with its errors."""
    bad = {"name": "", "port": "70000", "region": "germany", "encrypt": "verified"}
    form = SampleForm(bad) if "errors" in request.GET else SampleForm(initial={"port": 1433})
    context = {"states": STATES, "steps": STEPS, "form": form, "page_obj": Paginator(range(512), 50).page(2)}
    context["lists"] = {"asked": SAMPLE_LIST.asked(request), "actions": SAMPLE_ACTIONS}
    return render(request, "styleguide.html", context)
