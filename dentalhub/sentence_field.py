"""A column with a sentence for people, which every reader gets in the own language."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from dentalhub.stored_sentences import retold

if TYPE_CHECKING:
    _TextColumn = models.CharField[str, str]
else:
    _TextColumn = models.CharField


class SentenceField(_TextColumn):
    """Whatever asks for the column (page, file, API or command) gets what `retold` makes of it just then."""

    def from_db_value(self, value: str | None, _expression: object, _connection: BaseDatabaseWrapper) -> str | None:
        return value if value is None else retold(value)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """For the database it is a column of text, so no migration names this class."""
        name, _path, arguments, options = super().deconstruct()
        return name, "django.db.models.CharField", arguments, options
