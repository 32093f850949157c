"""What a person may enter about regions, servers and centers."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centers.centers_template import is_template
from centers.closing_days import ClosingDaysError, normal_form
from centers.enums import CenterState
from centers.models import Center, DatabaseServer, Region
from centers.public_holidays import AREAS
from centers.selection import matching
from centers.validators import validate_closing_days
from dentalhub.file_form import FileOrTextForm

# Generic for the type checker only.
if TYPE_CHECKING:
    CenterModelForm = forms.ModelForm[Center]
    ServerModelForm = forms.ModelForm[DatabaseServer]
    RegionModelForm = forms.ModelForm[Region]
else:
    CenterModelForm = ServerModelForm = RegionModelForm = forms.ModelForm

LARGEST_FILE = 2_000_000


class CenterFilter(forms.Form):
    """The filter of the list, from the query string."""

    q = forms.CharField(
        label=gettext_lazy("Search"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    region = forms.ModelChoiceField(
        Region.objects.all(),
        label=gettext_lazy("Region"),
        required=False,
        to_field_name="code",
        empty_label=gettext_lazy("all"),
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False, choices=[("", gettext_lazy("all")), *CenterState.choices]
    )

    def narrow(self, centers: QuerySet[Center]) -> QuerySet[Center]:
        """The centers that the filter lets through: none when the filter itself is wrong."""
        if not self.is_valid():
            return centers.none()
        centers = matching(centers, self.cleaned_data["q"])
        if self.cleaned_data["region"]:
            centers = centers.filter(server__region=self.cleaned_data["region"])
        if self.cleaned_data["state"]:
            centers = centers.filter(state=self.cleaned_data["state"])
        return centers


def _area_field(empty: Any) -> forms.ChoiceField:
    """Choose a country, or one of its states below it; `empty` says what no choice means."""
    groups = {
        name: [(code, label) for code, label in AREAS.items() if code.partition("-")[0] == country]
        for country, name in AREAS.items()
        if "-" not in country
    }
    return forms.ChoiceField(
        label=gettext_lazy("Public holidays of"),
        required=False,
        choices=[("", empty), *groups.items()],
        help_text=gettext_lazy("Nothing is missing on a public holiday on which no chart entries came."),
    )


class CenterForm(CenterModelForm):
    """A center. Its id is fixed once it exists, because results and files refer to it."""

    holiday_area = _area_field(gettext_lazy("as the region"))

    class Meta:
        model = Center
        fields = ["center_id", "name", "city", "server", "database", "adapter", "holiday_area"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["center_id"]


class ServerForm(ServerModelForm):
    """A server. An empty password reference keeps the stored one, unless the host changes."""

    class Meta:
        model = DatabaseServer
        fields = [
            "code",
            "region",
            "host",
            "port",
            "user",
            "credential",
            "encrypt",
            "trust_server_certificate",
            "host_name_in_certificate",
            "isolation",
            "max_connections",
            "login_timeout",
            "query_timeout",
            "lock_timeout_ms",
            "driver",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stored = (self.instance.host, self.instance.port, self.instance.credential)
        if self.instance.pk:
            del self.fields["code"]
            self.fields["credential"].required = False
            # Not shown: whoever changes the host has to know where the password is.
            self.initial["credential"] = ""
            self.fields["credential"].help_text = _(
                "Empty keeps what is stored. A changed host or port demands it again."
            )

    def clean(self) -> dict[str, Any]:
        """Demand the reference again where it would lead a stored secret to another machine."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.instance.pk or cleaned.get("credential") or "credential" in self.errors:
            return cleaned
        host, port, credential = self._stored
        if (cleaned.get("host"), cleaned.get("port")) != (host, port):
            self.add_error("credential", _("The host or port changed: write the password reference again."))
            return cleaned
        cleaned["credential"] = credential
        return cleaned


class RegionForm(RegionModelForm):
    """A region. Its code is fixed once it exists, because files and queues refer to it."""

    holiday_area = _area_field(gettext_lazy("none, weekends only"))

    class Meta:
        model = Region
        fields = ["code", "name", "time_zone", "holiday_area"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["code"]


class ClosingDaysForm(forms.Form):
    """The closing days of a center, a line for each day or days in a row."""

    closing_days = forms.CharField(
        label=gettext_lazy("Closing days"),
        required=False,
        max_length=20_000,
        validators=[validate_closing_days],
        widget=forms.Textarea(attrs={"rows": 5, "class": "mono", "spellcheck": "false"}),
        help_text=gettext_lazy(
            "A line for each day or days in a row, and why: 2026-12-24..2027-01-06 Betriebsferien. "
            "An empty field means none."
        ),
    )

    def clean_closing_days(self) -> str:
        """As it is stored."""
        text: str = self.cleaned_data["closing_days"]
        try:
            return normal_form(text)
        except ClosingDaysError:
            # The validator has said so.
            return text


class ImportForm(FileOrTextForm):
    """A centers file, uploaded or pasted."""

    largest = LARGEST_FILE

    template = forms.BooleanField(label=gettext_lazy("The text is a Jinja2 template"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["upload"].help_text = _("YAML, or a Jinja2 template whose name ends in .j2.")
        self.fields["upload"].widget.attrs["accept"] = ".yml,.yaml,.j2"

    def clean(self) -> dict[str, Any]:
        """An uploaded file says by its name what it is."""
        cleaned = super().clean()
        if upload := cleaned.get("upload"):
            cleaned["template"] = is_template(upload.name)
        return cleaned
