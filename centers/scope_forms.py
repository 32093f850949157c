"""Forms offer, and take, only what their person sees."""

from typing import Any, cast

from django import forms
from django.contrib.auth.models import AnonymousUser, User
from django.db import models

Person = User | AnonymousUser


def offer(form: forms.BaseForm, person: Person, **fields: type[models.Model]) -> None:
    """Let each of `fields` offer the rows of its model that `person` sees; a posted other one is no valid choice."""
    for name, model in fields.items():
        manager: Any = model._default_manager
        cast("forms.ModelChoiceField[Any]", form.fields[name]).queryset = manager.for_user(person)
