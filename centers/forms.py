"""What a person may enter about regions, servers and centers."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centers.agreements import AGREEMENT_LABELS, AgreementState, with_agreement
from centers.center_facets import facets
from centers.centers_template import is_template
from centers.closing_days import ClosingDaysError, normal_form
from centers.enums import CenterState
from centers.models import Center, DatabaseServer, Region
from centers.public_holidays import AREAS
from centers.scope_forms import Person, offer
from centers.secret_forms import Kept, PasswordForm
from centers.selection import matching
from centers.validators import validate_closing_days
from dentalhub.file_form import FileOrTextForm

# Generic for the type checker only.
if TYPE_CHECKING:
    CenterModelForm = forms.ModelForm[Center]
else:
    CenterModelForm = forms.ModelForm

LARGEST_FILE = 2_000_000


class CenterFilter(forms.Form):
    """The filter of the list, from the query string."""

    q = forms.CharField(
        label=gettext_lazy("Search"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    region = forms.ModelChoiceField(
        Region.objects.none(),
        label=gettext_lazy("Region"),
        required=False,
        to_field_name="code",
        empty_label=gettext_lazy("all"),
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False, choices=[("", gettext_lazy("all")), *CenterState.choices]
    )

    agreement = forms.ChoiceField(
        label=gettext_lazy("Processing agreement"),
        required=False,
        choices=[("", gettext_lazy("all")), *((state.value, label) for state, label in AGREEMENT_LABELS.items())],
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, person, region=Region)
        for facet in facets():
            choices = [("", _("all")), *facet.choices]
            self.fields[facet.name] = forms.ChoiceField(label=str(facet.label), required=False, choices=choices)
        self.order_fields(["q", "region", "state", *(facet.name for facet in facets()), "agreement"])

    def narrow(self, centers: QuerySet[Any]) -> QuerySet[Any]:
        """Of centers with their facets, those that the filter lets through: none when the filter itself is wrong."""
        if not self.is_valid():
            return centers.none()
        centers = matching(centers, self.cleaned_data["q"])
        if self.cleaned_data["region"]:
            centers = centers.filter(server__region=self.cleaned_data["region"])
        if self.cleaned_data["state"]:
            centers = centers.filter(state=self.cleaned_data["state"])
        for facet in facets():
            if self.cleaned_data[facet.name]:
                centers = facet.narrow(centers, self.cleaned_data[facet.name])
        if self.cleaned_data["agreement"]:
            centers = with_agreement(centers, AgreementState(self.cleaned_data["agreement"]))
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

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, person, server=DatabaseServer)
        if self.instance.pk:
            del self.fields["center_id"]


class ServerForm(PasswordForm):
    """A server. Its password is for its host, port and user: where one changes, it is demanded again."""

    bound_to = ("host", "port", "user")
    none_label = gettext_lazy("that of the region, with its user")

    class Meta:
        model = DatabaseServer
        fields = [
            "code",
            "region",
            "host",
            "port",
            "user",
            "encrypt",
            "host_name_in_certificate",
            "isolation",
            "read_only_intent",
            "max_connections",
            "login_timeout",
            "query_timeout",
            "lock_timeout_ms",
            "driver",
        ]

    field_order = ("code", "region", "host", "port", "user", "password_from", "credential", "secret")

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, person, region=Region)
        if self.instance.pk:
            del self.fields["code"]

    def clean(self) -> dict[str, Any]:
        """A server with a password of its own has a user, too."""
        cleaned = super().clean()
        if self.kept is not Kept.NONE and not cleaned.get("user") and "user" not in self.errors:
            self.add_error("user", _("This field is required."))
        return cleaned

    def clean_none(self, cleaned: dict[str, Any]) -> None:
        """The region has to have what its server takes from it."""
        region = cleaned.get("region")
        if region is not None and not region.credential:
            self.add_error("password_from", _("The region %(region)s has no password.") % {"region": region})
        cleaned["user"] = ""


class RegionForm(PasswordForm):
    """A region. Its code is fixed once it exists, because files and queues refer to it."""

    bound_to = ("user",)
    none_label = gettext_lazy("none: each server has its own")
    holiday_area = _area_field(gettext_lazy("none, weekends only"))

    class Meta:
        model = Region
        fields = ["code", "name", "time_zone", "holiday_area", "user"]

    field_order = ("code", "name", "time_zone", "holiday_area", "user", "password_from", "credential", "secret")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].label = _("User of its servers")
        self.fields["user"].help_text = _("For servers that have no user and password of their own.")
        if not self.instance.pk:
            self.initial["password_from"] = Kept.NONE
            return
        del self.fields["code"]
        self.fields["secret"].help_text += " " + _("It is for the servers that have no password of their own now.")

    def clean(self) -> dict[str, Any]:
        """User and password come together."""
        cleaned = super().clean()
        if self.kept is Kept.NONE:
            cleaned["user"] = ""
        elif not cleaned.get("user") and "user" not in self.errors:
            self.add_error("user", _("This field is required."))
        return cleaned

    def clean_none(self, cleaned: dict[str, Any]) -> None:
        """No server may be left without a password."""
        if self.instance.pk and self.instance.servers.filter(credential="").exists():
            self.add_error("password_from", _("Some servers of this region have no password of their own."))

    def _meant(self, cleaned: dict[str, Any]) -> Kept:
        meant = super()._meant(cleaned)
        return Kept.NONE if not self.instance.pk and not (cleaned.get("secret") or cleaned.get("credential")) else meant


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
