"""A mark is about what was seen: what the values mean can be looked at too, and another type is another thing."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import User

from centers.catalog import Catalog, Column, Table
from centers.models import Center
from mappings.approval import approve
from mappings.discovery import store_catalog
from mappings.document import MappingDocument
from mappings.enums import FieldVerdict, MappingStatus, PatientIdForm, ReviewPolicy
from mappings.exceptions import StaleError, TransitionError
from mappings.field_looks import mark, progress_of
from mappings.look_subjects import INSURANCE_CODES, PATIENT_ID_FORM, known_keys, subject_of
from mappings.models import Mapping
from mappings.policy_setting import change_policy
from mappings.review_models import FieldDecision
from mappings.versions import edit
from tests.mappings.looking import look_at, say, seen_of
from tests.mappings.people import a_reviewer, with_code

KEY = "KARTEI.BEMERKUNG"
SEMANTICS = (INSURANCE_CODES, PATIENT_ID_FORM)


def of_another_type(catalog: Catalog, mapping: Mapping, key: str) -> Catalog:
    """The same source, in which the column behind `key` is a text of another length."""
    name, _dot, field = key.partition(".")
    mapped = mapping.document().table(name)

    def changed(column: Column) -> Column:
        return replace(column, max_length=17) if column.name == mapped.column(field) else column

    def altered(table: Table) -> Table:
        if (table.schema, table.name) != (mapped.schema, mapped.table):
            return table
        return replace(table, columns=tuple(map(changed, table.columns)))

    return replace(catalog, tables=tuple(map(altered, catalog.tables)))


def without_insurers(document: MappingDocument) -> MappingDocument:
    tables = tuple(
        replace(table, schema=None, table=None, fields=()) if table.name == "KASSEN" else table
        for table in document.tables
    )
    return replace(document, tables=tables)


@pytest.mark.parametrize("policy", ReviewPolicy)
def test_no_policy_takes_what_the_values_mean(proposal: Mapping, admin: User, policy: ReviewPolicy) -> None:
    change_policy(policy, admin)
    assert set(SEMANTICS) <= set(progress_of(proposal).needed)


def test_codes_of_a_source_without_insurers_need_no_look(proposal: Mapping, reviewer: User) -> None:
    mapping = edit(proposal, without_insurers(proposal.document()), reviewer)
    assert INSURANCE_CODES not in progress_of(mapping).needed
    assert PATIENT_ID_FORM in progress_of(mapping).needed


def test_changed_insurance_code_is_not_approved_unseen(proposal: Mapping, reviewer: User, admin: User) -> None:
    """Every other choice keeps its mark, and the one that decides who is a private patient does not."""
    for key in progress_of(proposal).needed:
        say(proposal, reviewer, key)
    mapping = edit(proposal, with_code(proposal, "Q"), admin)
    assert progress_of(mapping).left == (INSURANCE_CODES,)
    with pytest.raises(TransitionError, match="Nobody has looked at insurance_codes yet"):
        approve(mapping, reviewer)
    say(mapping, reviewer, INSURANCE_CODES)
    assert approve(mapping, reviewer).status == MappingStatus.APPROVED


@pytest.mark.parametrize(
    ("changes", "resets"),
    [
        ({"insurance_codes": (("G", "GKV"), ("P", "PKV"))}, set()),
        ({"insurance_codes": (("P", "GKV"), ("G", "GKV"))}, {INSURANCE_CODES}),
        ({"unknown_codes": ("Z",)}, {INSURANCE_CODES}),
        ({"patient_id_form": PatientIdForm.TEXT}, {PATIENT_ID_FORM}),
        ({"patient_id_form": None}, {PATIENT_ID_FORM}),
    ],
)
def test_meaning_is_a_subject_of_its_own(proposal: Mapping, changes: dict[str, object], resets: set[str]) -> None:
    source = proposal.snapshot.catalog()
    codes = (("P", "PKV"), ("G", "GKV"))
    before = replace(proposal.document(), insurance_codes=codes, patient_id_form=PatientIdForm.INTEGER)
    after = replace(before, **changes)  # type: ignore[arg-type]
    assert {key for key in known_keys() if subject_of(before, key, source) != subject_of(after, key, source)} == resets


def test_column_of_another_type_is_looked_at_anew(
    proposal: Mapping, center: Center, catalog: Catalog, reviewer: User
) -> None:
    """The name stayed, and saving the version once takes it over to the new snapshot."""
    say(proposal, reviewer, KEY)
    say(proposal, reviewer, "KARTEI.DATUM")
    store_catalog(center, of_another_type(catalog, proposal, KEY))
    saved = edit(proposal, proposal.document(), reviewer)
    assert saved.content_hash == proposal.content_hash
    assert (look_at(saved, KEY).is_right, look_at(saved, "KARTEI.DATUM").is_right) == (False, True)
    assert KEY in progress_of(saved).left


def test_page_of_an_older_schema_marks_nothing(
    proposal: Mapping, center: Center, catalog: Catalog, reviewer: User
) -> None:
    seen = seen_of(proposal)
    store_catalog(center, of_another_type(catalog, proposal, KEY))
    with pytest.raises(StaleError, match="schema changed after you opened version 1: KARTEI"):
        mark(proposal, KEY, FieldVerdict.RIGHT, reviewer, seen=seen)
    assert not FieldDecision.objects.exists()


def test_own_codes_are_for_others_to_look_at(proposal: Mapping, reviewer: User) -> None:
    mine = edit(proposal, with_code(proposal, "Q"), reviewer)
    with pytest.raises(TransitionError, match="a second person must look at it"):
        say(mine, reviewer, INSURANCE_CODES)
    say(mine, a_reviewer("second"), INSURANCE_CODES)
    assert look_at(mine, INSURANCE_CODES).person == "second"
