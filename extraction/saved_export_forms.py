"""What a person may say of a saved export."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centers.models import Center, Region
from centers.scope_forms import Person, offer
from dentalhub.access import may_reveal_patients
from extraction.entry_filter import EntryFilter
from extraction.enums import ExportDays, RevealReason
from extraction.export_destinations import FOLDER, is_webhook, usable_destinations
from extraction.export_filters import from_text
from extraction.export_formats import format_choices
from extraction.models import SavedExport
from extraction.reveal_forms import ReasonForm
from extraction.saved_export_changes import SavedWish
from mappings.enums import InsuranceStatus

# What the form sends for pseudonyms where leaving the reason out is no answer.
_PSEUDONYMS = "pseudonyms"
_SHOWN_AS_STORED = ("name", "days", "format", "reason", "note", "is_active", "starts_at", "destination", "folder")


def _destination_choices() -> list[tuple[str, str]]:
    return [("", _("none: the file waits for its owner")), *((place, place) for place in usable_destinations())]


class SavedExportForm(ReasonForm):
    """Filter, days, format, schedule, and why it has patient ids; the destination for admins only."""

    field_order = ("name", "days", "region", "center", "status", "service_code", "format", "reason", "note")
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    days = forms.ChoiceField(label=gettext_lazy("Days"), choices=ExportDays.choices)
    region = forms.ModelChoiceField(
        Region.objects.none(),
        label=gettext_lazy("Region"),
        to_field_name="code",
        required=False,
        empty_label=gettext_lazy("all"),
    )
    center = forms.ModelChoiceField(
        Center.objects.none(),
        label=gettext_lazy("Center"),
        to_field_name="center_id",
        required=False,
        empty_label=gettext_lazy("all"),
    )
    status = forms.ChoiceField(
        label=gettext_lazy("Insurance"), required=False, choices=[("", gettext_lazy("all")), *InsuranceStatus.choices]
    )
    service_code = forms.CharField(label=gettext_lazy("Service code"), required=False, max_length=40)
    format = forms.ChoiceField(label=gettext_lazy("Format"), choices=format_choices)
    is_active = forms.BooleanField(label=gettext_lazy("Make it every day"), required=False)
    starts_at = forms.TimeField(
        label=gettext_lazy("Starts at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    clock = forms.ModelChoiceField(
        Region.objects.none(),
        label=gettext_lazy("On the clocks of"),
        to_field_name="code",
        required=False,
        empty_label=gettext_lazy("the network"),
    )
    destination = forms.ChoiceField(label=gettext_lazy("Destination"), required=False, choices=_destination_choices)
    folder = forms.CharField(
        label=gettext_lazy("Folder"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Below the destination, such as billing/daily."),
    )

    def __init__(
        self, *args: Any, person: Person, may_send: bool, saved: SavedExport | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, person, region=Region, center=Center, clock=Region)
        self._saved = saved
        self._offer_reasons(saved.owner if saved else person)
        if not may_send:
            del self.fields["destination"], self.fields["folder"]

    @staticmethod
    def values_of(saved: SavedExport) -> dict[str, Any]:
        """What the form shows of a saved export, stored or not."""
        wanted = from_text(saved.wanted)
        return {
            "region": next(iter(wanted.regions), ""),
            "center": next(iter(wanted.center_ids), ""),
            "status": wanted.status,
            "service_code": wanted.service_code,
            "clock": saved.clock.code if saved.clock else "",
            **{name: getattr(saved, name) for name in _SHOWN_AS_STORED},
        }

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        others = SavedExport.objects.filter(name=name)
        if (others.exclude(pk=self._saved.pk) if self._saved else others).exists():
            raise forms.ValidationError(_("There is a saved export of this name."))
        return name

    def clean_folder(self) -> str:
        folder: str = self.cleaned_data["folder"].strip().strip("/")
        if folder and not FOLDER.fullmatch(folder):
            raise forms.ValidationError(_("Letters, digits, points, hyphens and underscores, with / between folders."))
        return folder

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("reason") == _PSEUDONYMS:
            cleaned["reason"] = ""
        if cleaned.get("folder") and not cleaned.get("destination"):
            self.add_error("folder", _("A folder needs a destination."))
        elif cleaned.get("folder") and is_webhook(cleaned["destination"]):
            self.add_error("folder", _("A webhook has no folders."))
        return cleaned

    def wish(self) -> SavedWish:
        """What the valid form asks for; what the person is not asked for stays."""
        data = self.cleaned_data
        kept = self._saved or SavedExport()
        return SavedWish(
            name=data["name"],
            wanted=EntryFilter(
                center_ids=(data["center"].center_id,) if data["center"] else (),
                regions=(data["region"].code,) if data["region"] else (),
                status=data["status"],
                service_code=data["service_code"].strip(),
            ),
            days=data["days"],
            format=data["format"],
            why=self.why() if "reason" in self.fields else kept.why,
            is_active=data["is_active"],
            starts_at=data["starts_at"],
            clock=data["clock"],
            destination=data.get("destination", kept.destination),
            folder=data.get("folder", kept.folder),
        )

    def _offer_reasons(self, owner: Person) -> None:
        """Files have the rights of the owner. One that was kept before reasons were asked for needs an answer."""
        if not may_reveal_patients(owner):
            del self.fields["reason"], self.fields["note"]
        elif self._saved and self._saved.shows_patients and not self._saved.reason:
            asked = cast("forms.ChoiceField", self.fields["reason"])
            asked.required = True
            pseudonyms = (_PSEUDONYMS, _("not needed: pseudonyms instead"))
            asked.choices = [("", _("choose a reason")), pseudonyms, *RevealReason.choices]
