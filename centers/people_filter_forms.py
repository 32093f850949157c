"""The filter of the list of people."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from centers.models import Region
from centers.people_rules import Standing
from centers.people_standing import regions_of
from centers.people_words import ROLE_LABELS

ROLE_CHOICES = [(role.value, label) for role, label in ROLE_LABELS.items()]


class PeopleFilter(forms.Form):
    """The filter of the list, from the query string."""

    q = forms.CharField(
        label=gettext_lazy("Search"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), required=False, choices=[("", gettext_lazy("all")), *ROLE_CHOICES]
    )
    region = forms.ModelChoiceField(
        Region.objects.none(),
        label=gettext_lazy("Region"),
        required=False,
        to_field_name="code",
        empty_label=gettext_lazy("all"),
    )
    state = forms.ChoiceField(
        label=gettext_lazy("Access"),
        required=False,
        choices=[
            ("", gettext_lazy("all")),
            ("active", gettext_lazy("active")),
            ("inactive", gettext_lazy("deactivated")),
        ],
    )

    second_factor = forms.ChoiceField(
        label=gettext_lazy("Second factor"),
        required=False,
        choices=[("", gettext_lazy("all")), ("yes", gettext_lazy("yes")), ("no", gettext_lazy("no"))],
    )

    def __init__(self, data: Any, actor: Standing) -> None:
        super().__init__(data)
        self.fields["region"].queryset = regions_of(actor)  # type: ignore[attr-defined]

    def narrow(self, people: QuerySet[User]) -> QuerySet[User]:
        """Those whom the valid filter lets through; the text is looked for by `people_search`."""
        wanted = self.cleaned_data
        if wanted["role"]:
            people = people.filter(pk__in=User.objects.filter(groups__name=wanted["role"]).values("pk"))
        if wanted["region"]:
            given = User.objects.filter(person_scope__regions=wanted["region"]).values("pk")
            people = people.filter(Q(person_scope__all_regions=True) | Q(pk__in=given))
        if wanted["state"]:
            people = people.filter(is_active=wanted["state"] == "active")
        if wanted["second_factor"]:
            people = people.filter(Q(has_second_factor=wanted["second_factor"] == "yes"))
        return people
