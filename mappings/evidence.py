"""Evidence as sentences that a reviewer understands. *Pure*."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mappings.document import Evidence

_SENTENCES = {
    "name_canonical": gettext_noop("The name is exactly ours."),
    "affix_set_aside": gettext_noop("Without the affix %(affix)s, which this source puts on its names, it is ours."),
    "affix_guessed": gettext_noop("Without %(affix)s the name is ours, but this source puts no affix on its names."),
    "known_words": gettext_noop("The words %(words)s mean the same."),
    "name_alike": gettext_noop("The name resembles %(name)s."),
    "name_elsewhere": gettext_noop("The name means something else."),
    "values_fit": gettext_noop("The values look right."),
    "values_fit.date": gettext_noop("The values are dates."),
    "values_fit.flag": gettext_noop("The values are those of a flag that few rows have."),
    "values_fit.key": gettext_noop("Every value occurs once, as a key's values do."),
    "values_fit.family_name": gettext_noop("The values look like family names."),
    "values_fit.given_name": gettext_noop("The values look like given names."),
    "values_fit.insurer_name": gettext_noop("The values look like names of insurers."),
    "values_fit.insurer_kind": gettext_noop("The values look like kinds of insurance."),
    "values_fit.chart_text": gettext_noop("The values look like what dentists write in charts."),
    "values_fit.service_code": gettext_noop("The values look like service codes."),
    "values_contradict": gettext_noop("The values do not look right."),
    "values_contradict.date": gettext_noop("The values are not days."),
    "values_contradict.flag": gettext_noop("The values are not those of a delete flag."),
    "values_contradict.key": gettext_noop("Values are missing or occur more than once, which a key's do not."),
    "values_contradict.reference": gettext_noop("The values are not those of a reference."),
    "values_contradict.family_name": gettext_noop("The values do not look like family names."),
    "values_contradict.given_name": gettext_noop("The values do not look like given names."),
    "values_contradict.insurer_name": gettext_noop("The values do not look like names of insurers."),
    "values_contradict.insurer_kind": gettext_noop("The values do not look like kinds of insurance."),
    "values_contradict.chart_text": gettext_noop("The values do not look like what dentists write in charts."),
    "values_contradict.service_code": gettext_noop("The values do not look like service codes."),
    "empty": gettext_noop("None of the rows that were looked at has a value."),
    "flag_empty": gettext_noop("None of the rows that were looked at has the flag set."),
    "not_filled_any_more": gettext_noop("Old rows have a value, new ones have none."),
    "flag_in_many_tables": gettext_noop("%(count)s tables of this source have a flag of this name."),
    "flag_of_another_name": gettext_noop("The other tables of this source call their delete flag differently."),
    "named_like_key": gettext_noop("The name speaks of the table it should refer to."),
    "referred_to": gettext_noop("Tables of this source that refer to it: %(count)s."),
    "another_is_referred_to": gettext_noop("Other tables refer to another column of this table."),
    "referred_to_as_leaf": gettext_noop("%(count)s tables refer to it, which is unusual here."),
    "values_in_key": gettext_noop("The values occur in the key of %(table)s."),
    "values_not_in_key": gettext_noop("The values do not occur in the key of %(table)s."),
    "learned": gettext_noop("Other centers in which the name was confirmed: %(count)s."),
    "unlearned": gettext_noop("Other centers in which the name was rejected: %(count)s."),
    "decided_before": gettext_noop("The approved version has the same here."),
    "columns_fit": gettext_noop("Its columns suit."),
    "column_contradicts": gettext_noop("What stands in its columns speaks against %(field)s."),
    "too_many_rows": gettext_noop("It has far more rows than there are insurers."),
    "too_few_rows": gettext_noop("%(count)s rows are few for the patients of a practice."),
    "link_per_patient": gettext_noop("It has about one row for each patient."),
    "links_implausible": gettext_noop("It has not about one row for each patient."),
    "rows_implausible": gettext_noop("It has fewer rows than there are patients."),
    "fewer_rows": gettext_noop("A similar table has more rows."),
    "older_rows": gettext_noop("Its newest row is of %(month)s; a similar table has newer ones."),
    "date_form_by_values": gettext_noop("The values show how dates are written."),
    "no_tables": gettext_noop("The source shows no table to this login."),
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
    "quality_empty": gettext_noop("None of the rows that were looked at has a value."),
    "quality_mostly_empty": gettext_noop("Hardly any row has a value."),
    "quality_abandoned": gettext_noop("No row has had a value since %(month)s, though the table has newer rows."),
    "quality_misused": gettext_noop("%(share)s %% of the values are of another kind."),
    "quality_test_data": gettext_noop("%(share)s %% of the values look made up for a test."),
    "quality_constant": gettext_noop("Every row has the same value."),
    "chosen_by_person": gettext_noop("A person chose it."),
}
_AGAINST_WITHOUT_WEIGHT = frozenset({"column_not_found", "table_not_found", "date_form_guessed", "affix_guessed"})
# What is said beside the choice, whatever its weight: who made it, what it means, what its values warn of.
_FACTS = frozenset(
    {
        "chosen_by_person",
        "renamed_since",
        "date_form_by_type",
        "date_form_by_values",
        "date_form_guessed",
        "affix_guessed",
    }
)
# Log-odds from which on a reason is strong or medium.
STRONG = 3.5
MEDIUM = 1.5


class Strength(StrEnum):
    """How much a reason weighs; NONE: it is a fact that moves no confidence."""

    STRONG = "strong"
    MEDIUM = "medium"
    SLIGHT = "slight"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence, whether it speaks against the choice, and how much."""

    sentence: str
    is_against: bool
    strength: Strength = Strength.NONE

    @property
    def is_fact(self) -> bool:
        """True when it speaks neither for nor against."""
        return self.strength is Strength.NONE and not self.is_against

    @property
    def side(self) -> str:
        """For, against or fact."""
        return "against" if self.is_against else "fact" if self.is_fact else "for"


def reasons(evidence: tuple[Evidence, ...]) -> tuple[Reason, ...]:
    """The sentences of `evidence` in its order; a code that is not known is left out, for it helps nobody."""
    return tuple(
        Reason(_sentence(item), item.weight < 0 or item.code in _AGAINST_WITHOUT_WEIGHT, strength(item))
        for item in evidence
        if _key(item) in _SENTENCES
    )


def strength(item: Evidence) -> Strength:
    """How much one piece of evidence weighs."""
    weight = abs(item.weight)
    if not weight or item.code in _FACTS:
        return Strength.NONE
    if weight >= STRONG:
        return Strength.STRONG
    return Strength.MEDIUM if weight >= MEDIUM else Strength.SLIGHT


def _key(item: Evidence) -> str:
    """What is said of values depends on what was looked for."""
    special = f"{item.code}.{dict(item.detail).get('values', '')}"
    return special if special in _SENTENCES else item.code


def _sentence(item: Evidence) -> str:
    try:
        return _(_SENTENCES[_key(item)]) % dict(item.detail)
    except KeyError:
        return item.code
