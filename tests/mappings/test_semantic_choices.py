"""What reviewers decide about meanings: kinds of insurance, patient ids, and the forms of exchanged columns."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.test import Client

from mappings.canonical import canonical_tables
from mappings.changed_columns import with_fitting_forms
from mappings.decisions import TableDecision
from mappings.document import DeleteFlag, FieldMapping, TableMapping, to_document
from mappings.enums import DateFormat, PatientIdForm
from mappings.models import Mapping
from mappings.profile import ColumnProfile, Shape, TableProfile
from tests.mappings.catalogs import table
from tests.mappings.test_review_pages import PAGE, form_of

SignIn = Callable[[User], Client]
KARTEI = next(item for item in canonical_tables() if item.name == "KARTEI")
PHYSICAL = table("K", 10, "ID int, TAG int, TAG2 varchar:10, DELKZ int, WEG char:1, AKTIV bit, STAND char:1")
MAPPED = TableMapping(
    "KARTEI",
    "ck",
    "K",
    (FieldMapping("DATUM", "TAG"), FieldMapping("DELKZ", "DELKZ")),
    DateFormat.INT,
    DeleteFlag(("0",), True),
)
PROFILE = TableProfile(
    "ck",
    "K",
    10,
    columns=(
        ColumnProfile("TAG2", 10, shapes=((Shape.ISO_DATE, 1.0),)),
        ColumnProfile("WEG", 2, null_share=0.8, codes=(("X", 2),), shapes=((Shape.MARK, 1.0),)),
        ColumnProfile("STAND", 10, codes=(("A", 8), ("L", 2)), shapes=((Shape.SHORT_CODE, 1.0),)),
    ),
)


@pytest.fixture
def asking(proposal: Mapping) -> Mapping:
    """A proposal that found codes which nobody knows."""
    proposal.content = to_document(replace(proposal.document(), unknown_codes=("BG", "X")))
    proposal.save()
    return proposal


def test_unknown_codes_are_shown_and_wait(asking: Mapping, reviewer: User, client_of: SignIn) -> None:
    browser = client_of(reviewer)
    page = browser.get(PAGE).content.decode()
    assert "The source uses the codes BG, X, which nobody has decided." in page
    form = form_of(browser)
    assert [form[f"code.{number}"] for number in range(3)] == ["BG", "X", "P"]
    assert [form[f"status.{number}"] for number in range(3)] == ["", "", "PKV"]
    response = browser.post(f"{PAGE}save", form, follow=True)
    assert "Nothing was changed." in response.content.decode()
    assert Mapping.objects.get().document().unknown_codes == ("BG", "X")


def test_decided_code_asks_no_more(asking: Mapping, reviewer: User, client_of: SignIn) -> None:
    browser = client_of(reviewer)
    browser.post(f"{PAGE}save", form_of(browser) | {"status.0": "Selbstzahler"})
    document = Mapping.objects.get().document()
    assert dict(document.insurance_codes) == {"BG": "Selbstzahler", "P": "PKV"}
    assert document.unknown_codes == ("X",)


def test_undecided_codes_are_named_to_those_who_only_read(asking: Mapping, analyst: User, client_of: SignIn) -> None:
    page = client_of(analyst).get(PAGE).content.decode()
    assert '<th scope="row" class="mono">BG</th><td>not decided</td>' in page


def test_patient_id_form_can_be_chosen(proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    browser = client_of(reviewer)
    assert form_of(browser)["patient_id_form"] == "integer"
    browser.post(f"{PAGE}save", form_of(browser) | {"patient_id_form": "text"})
    assert Mapping.objects.get().document().patient_id_form == PatientIdForm.TEXT


@pytest.mark.parametrize("posted", ["", "nonsense"])
def test_nonsense_leaves_the_patient_id_form(posted: str, proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    browser = client_of(reviewer)
    browser.post(f"{PAGE}save", form_of(browser) | {"patient_id_form": posted})
    assert Mapping.objects.get().document().patient_id_form == PatientIdForm.INTEGER


@pytest.mark.parametrize("form", ["german_short", "epoch", "iso"])
def test_every_date_form_can_be_chosen(form: str, proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    browser = client_of(reviewer)
    browser.post(f"{PAGE}save", form_of(browser) | {"KARTEI.date_format": form})
    assert Mapping.objects.get().document().table("KARTEI").date_format == form


def test_unanswered_delete_flag_stays_unanswered(proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    document = proposal.document()
    tables = tuple(replace(item, delete_flag=None) if item.name == "KASSEN" else item for item in document.tables)
    proposal.content = to_document(replace(document, tables=tables))
    proposal.save()
    browser = client_of(reviewer)
    browser.post(f"{PAGE}save", form_of(browser) | {"KARTEI.date_format": "date"})
    saved = Mapping.objects.get().document()
    assert (saved.table("KARTEI").date_format, saved.table("KASSEN").delete_flag) == ("date", None)


def choice(date: str = "TAG", flag: str | None = "DELKZ", **forms: object) -> TableDecision:
    decided = TableDecision("ck", "K", {"DATUM": date, "DELKZ": flag}, DateFormat.INT, DeleteFlag(("0",), True))
    return replace(decided, **forms)  # type: ignore[arg-type] # the fields that a test names


@pytest.mark.parametrize(
    ("decided", "date_format", "flag"),
    [
        (choice(), DateFormat.INT, DeleteFlag(("0",), True)),
        (choice(date="TAG2"), DateFormat.ISO, DeleteFlag(("0",), True)),
        (choice(date="TAG2", date_format=DateFormat.GERMAN), DateFormat.GERMAN, DeleteFlag(("0",), True)),
        (choice(flag="WEG"), DateFormat.INT, DeleteFlag((), True)),
        (choice(flag="AKTIV"), DateFormat.INT, DeleteFlag(("1",), False)),
        (choice(flag="STAND"), DateFormat.INT, None),
        (choice(flag="WEG", delete_flag=DeleteFlag(("N",), False)), DateFormat.INT, DeleteFlag(("N",), False)),
        (choice(flag=None), DateFormat.INT, DeleteFlag(("0",), True)),
    ],
)
def test_exchanged_column_brings_its_own_form(
    decided: TableDecision, date_format: DateFormat, flag: DeleteFlag | None
) -> None:
    fitting = with_fitting_forms(decided, MAPPED, KARTEI, PHYSICAL, PROFILE)
    assert (fitting.date_format, fitting.delete_flag) == (date_format, flag)


def test_exchanged_column_without_values_follows_its_type() -> None:
    fitting = with_fitting_forms(choice(date="TAG2", flag="WEG"), MAPPED, KARTEI, PHYSICAL, None)
    assert (fitting.date_format, fitting.delete_flag) == (DateFormat.GERMAN, DeleteFlag(("N",), True))


def test_table_that_is_gone_changes_no_form() -> None:
    assert with_fitting_forms(choice(date="TAG2"), MAPPED, KARTEI, None, None) == choice(date="TAG2")


def test_chosen_date_form_drops_the_reasons_of_the_guess(proposal: Mapping, reviewer: User, client_of: SignIn) -> None:
    before = {item.code for item in proposal.document().table("KARTEI").evidence}
    browser = client_of(reviewer)
    browser.post(f"{PAGE}save", form_of(browser) | {"KARTEI.date_format": "epoch"})
    after = {item.code for item in Mapping.objects.get().document().table("KARTEI").evidence}
    assert before - after == {"date_form_by_type"}
