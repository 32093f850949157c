"""Evidence as sentences that a reviewer understands. *Pure*."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mappings.document import Evidence

_SENTENCES = {
    "name_canonical": gettext_noop("The name is exactly ours."),
    "affix_set_aside": gettext_noop("Without the affix %(affix)s, which this source puts on its names, it is ours."),
    "affix_guessed": gettext_noop("Without %(affix)s the name is ours, but this source puts no affix on its names."),
    "known_words": gettext_noop("The words %(words)s mean the same."),
    "type_fits": gettext_noop("The type %(type)s fits."),
    "type_odd": gettext_noop("The type %(type)s is unusual for this."),
    "primary_key": gettext_noop("It is the table's primary key."),
    "not_primary_key": gettext_noop("The table has another primary key."),
    "foreign_key": gettext_noop("A foreign key leads to %(table)s."),
    "foreign_key_elsewhere": gettext_noop("A foreign key leads to %(table)s, which is another table."),
    "key_types_differ": gettext_noop("The type is not that of %(column)s in %(table)s, which it should refer to."),
    "rival_table": gettext_noop("%(table)s could be meant as well."),
    "rival_column": gettext_noop("%(column)s could be meant as well."),
    "newer_column": gettext_noop("A newer column of the same meaning stands beside it."),
    "column_missing": gettext_noop("No column was recognised for %(field)s."),
    "column_not_found": gettext_noop("No column was recognised."),
    "table_not_found": gettext_noop("No table was recognised."),
    "no_delete_flag": gettext_noop("No delete flag was recognised: every row counts as alive."),
    "looks_like_backup": gettext_noop("The name looks like a backup or an archive."),
    "looks_like_staging": gettext_noop("The name looks like an import copy."),
    "looks_like_successor": gettext_noop("The name looks like a successor that is not in use yet."),
    "is_view": gettext_noop("It is a view, not a table."),
    "is_empty": gettext_noop("It has no rows."),
    "date_form_by_type": gettext_noop("The column's type says how dates are written."),
    "date_form_guessed": gettext_noop("How dates are written is a guess from the column's length."),
    "renamed_since": gettext_noop("The approved version has %(name)s here; only the affix of the name changed."),
    "chosen_by_person": gettext_noop("A person chose it."),
}
# Facts that speak neither for nor against.
_AGAINST_WITHOUT_WEIGHT = frozenset({"column_not_found", "table_not_found", "date_form_guessed", "affix_guessed"})


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence, and whether it speaks against the choice."""

    sentence: str
    is_against: bool


def reasons(evidence: tuple[Evidence, ...]) -> tuple[Reason, ...]:
    """The sentences of `evidence` in its order; a code that is not known is left out, for it helps nobody."""
    return tuple(
        Reason(_sentence(item), item.weight < 0 or item.code in _AGAINST_WITHOUT_WEIGHT)
        for item in evidence
        if item.code in _SENTENCES
    )


def _sentence(item: Evidence) -> str:
    try:
        return _(_SENTENCES[item.code]) % dict(item.detail)
    except KeyError:
        return item.code
