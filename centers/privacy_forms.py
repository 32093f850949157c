"""The terms of a center or a region, as a person fills them in."""

from typing import TYPE_CHECKING, Any

from django import forms

from centers.agreements import terms_of
from centers.models import Center, Region
from centers.privacy_models import PRIVACY_FIELDS
from centers.validators import agreement_sentence

if TYPE_CHECKING:
    TermsForm = forms.ModelForm[Any]
else:
    TermsForm = forms.ModelForm

_DATE = {"type": "date"}


class _PrivacyForm(TermsForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("agreement_on", "agreement_until"):
            self.fields[name].widget = forms.DateInput(format="%Y-%m-%d", attrs=_DATE)

    def clean(self) -> dict[str, Any]:
        """An agreement ends after it began."""
        cleaned: dict[str, Any] = super().clean() or {}
        begins, ends = cleaned.get("agreement_on"), cleaned.get("agreement_until")
        if ends and "agreement_on" not in self.errors and (begins is None or ends < begins):
            self.add_error("agreement_until", agreement_sentence())
        return cleaned


class RegionPrivacyForm(_PrivacyForm):
    """What holds for all centers of a region that do not say otherwise."""

    class Meta:
        model = Region
        fields = PRIVACY_FIELDS


class CenterPrivacyForm(_PrivacyForm):
    """A center's own terms; what it leaves empty shows what the region says."""

    class Meta:
        model = Center
        fields = PRIVACY_FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        terms = terms_of(self.instance)
        for name in PRIVACY_FIELDS:
            inherited = getattr(terms, name)
            if inherited and not getattr(self.instance, name):
                self.fields[name].widget.attrs["placeholder"] = str(inherited)
