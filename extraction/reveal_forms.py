"""Why somebody has to see or take away patients' own ids."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from extraction.enums import RevealReason
from extraction.reveal_reasons import NOTE_LENGTH, Why


class ReasonForm(forms.Form):
    """A reason from the list, and a few words where none of it fits; without a reason there are pseudonyms."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why do you need the patient ids?"),
        choices=[("", gettext_lazy("not needed: pseudonyms instead")), *RevealReason.choices],
        required=False,
        help_text=gettext_lazy("The reason is recorded with the export."),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=NOTE_LENGTH,
        required=False,
        help_text=gettext_lazy("It is stored: never write a patient's name or id."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """The last reason says nothing by itself."""
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned["note"] = cleaned.get("note", "").strip()
        if cleaned.get("reason") == RevealReason.OTHER and not cleaned["note"] and "note" not in self.errors:
            self.add_error("note", _("Say why in a few words."))
        return cleaned

    def why(self) -> Why | None:
        """What the valid form says; None: pseudonyms."""
        reason = self.cleaned_data.get("reason", "")
        return Why(reason, self.cleaned_data["note"]) if reason else None


class RevealForm(ReasonForm):
    """For a page that shows the ids: it needs a reason."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why do you need the patient ids?"),
        choices=[("", gettext_lazy("choose a reason")), *RevealReason.choices],
    )
