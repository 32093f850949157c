"""What the forms of this app share."""

from django import forms


def date_widget() -> forms.DateInput:
    """An input for a day."""
    # Browsers take and give ISO dates here, whatever the language.
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
