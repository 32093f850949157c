"""Names that break what is careless with names: through proposals, forms, files, commands and pages."""

import json
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from centers.catalog import Catalog, qualified_name
from centers.models import Center
from mappings.discovery import store_catalog
from mappings.document import content_hash
from mappings.fingerprint import fingerprint
from mappings.models import LearnedName, Mapping
from mappings.proposal import propose
from mappings.versions import propose_for
from tests.hostile_names import SPELLINGS, Spelling
from tests.mappings.catalogs import catalog, respelled, standard, table
from tests.mappings.people import a_reviewer
from tests.review_form import ReviewForm, as_read, read_form

SignIn = Callable[[User], Client]
PAGE = "/mappings/center_01/1/"
every_spelling = pytest.mark.parametrize("spelling", SPELLINGS)


def spelled(source: Catalog, spelling: str) -> Catalog:
    """`source` with every name in that spelling."""
    return catalog(*(respelled(item, SPELLINGS[spelling]) for item in source.tables))


def proposal_of(center: Center, source: Catalog) -> Mapping:
    return propose_for(center, store_catalog(center, source).snapshot)


def page_of(browser: Client, path: str = PAGE) -> str:
    response = browser.get(path)
    assert response.status_code == 200
    return response.content.decode()


class Reader(HTMLParser):
    """The text of a page, and what no page of ours has."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.strange: list[str] = []
        self.addresses: list[str] = []
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self._in_script = tag == "script"
        if tag == "img" or (tag == "script" and "src" not in found):
            self.strange.append(self.get_starttag_text() or tag)
        self.strange += [name for name in found if name.startswith("on") or not name.replace("-", "").isalnum()]
        self.addresses += [str(found[name]) for name in ("href", "action", "formaction", "hx-get") if name in found]

    def handle_data(self, data: str) -> None:
        assert not self._in_script or not data.strip()
        self.text.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False


def read_page(page: str) -> Reader:
    reader = Reader()
    reader.feed(as_read(page))
    reader.close()
    return reader


# What nobody would propose, so that it can only come from the person.
CHOICES: dict[str, tuple[str, dict[str, str | None]]] = {
    "PATIENT": ("TERMIN", {"ID": "ID", "P_NAME": "STATUS", "P_VORNAME": "BEMERKUNG", "DELKZ": "DELKZ"}),
    "KASSEN": ("KASSEN", {"ID": "ID", "NAME": "NAME_2", "ART": "ART", "DELKZ": None}),
    "PATKASSE": ("PATKASSE", {"ID": "ID", "PATNR": "PATNR", "KASSENID": "VERS_NR", "DELKZ": "DELKZ"}),
    "KARTEI": (
        "KARTEI",
        {"ID": "ID", "PATNR": "PATNR", "DATUM": "DELKZ", "BEMERKUNG": "BEMERKUNG_2", "DELKZ": "DATUM"},
    ),
    "LEISTUNG": (
        "LEISTUNG",
        {"ID": "ID", "PATIENTID": "PATIENTID", "DATUM": "DATUM", "LEISTUNG": "LEISTUNG_ID", "DELKZ": "DELKZ"},
    ),
}


def choose_by_hand(browser: Client, spell: Spelling) -> ReviewForm:
    """The form after a person has exchanged every table and made CHOICES: with htmx, as a browser does."""
    form = read_form(page_of(browser))
    for name, (physical, columns) in CHOICES.items():
        value = form.value_of(f"{name}.table", table_name(spell, physical))
        exchanged = read_form(browser.get(f"{PAGE}tables/{name}", {f"{name}.table": value}).content.decode())
        assert exchanged.values[f"{name}.table"] == exchanged.values[f"{name}.shown"] == value
        form.values |= exchanged.values
        for field, column in columns.items():
            key = f"{name}.{field}"
            form.values[key] = exchanged.value_of(key, spell(column)) if column else ""
    return form


@every_spelling
def test_page_shows_names_as_they_are(center: Center, reviewer: User, client_of: SignIn, spelling: str) -> None:
    source = spelled(standard(), spelling)
    proposal_of(center, source)
    page = page_of(client_of(reviewer))
    form, reader = read_form(page), read_page(page)
    tables = {as_read(f"{item.qualified_name} ({item.row_count:,})") for item in source.tables}
    assert {label for value, label in form.options["KARTEI.table"] if value} == tables
    assert reader.strange == []
    assert not [address for address in reader.addresses if "KARTEI_ART" in address or "BEMERKUNG_2" in address]


@every_spelling
def test_chosen_names_are_saved_exactly(center: Center, reviewer: User, client_of: SignIn, spelling: str) -> None:
    spell = SPELLINGS[spelling]
    proposed = proposal_of(center, spelled(standard(), spelling))
    browser = client_of(reviewer)
    browser.post(f"{PAGE}save", read_form(page_of(browser)).sent())
    as_it_was = Mapping.objects.get()
    assert (as_it_was.content_hash, as_it_was.author) == (proposed.content_hash, None)

    browser.post(f"{PAGE}save", choose_by_hand(browser, spell).sent())
    saved = Mapping.objects.get()
    document = saved.document()
    assert saved.author == reviewer
    for name, (physical, columns) in CHOICES.items():
        mapped = document.table(name)
        assert (mapped.schema, mapped.table) == (spell("ck"), spell(physical))
        assert {field: mapped.column(field) for field in columns} == {
            field: column and spell(column) for field, column in columns.items()
        }
    browser.post(f"{PAGE}save", read_form(page_of(browser)).sent())
    assert Mapping.objects.get().content_hash == saved.content_hash


@every_spelling
def test_pages_after_approval_and_drift_show_them(
    center: Center, reviewer: User, analyst: User, client_of: SignIn, spelling: str
) -> None:
    """What a reader sees: the version, the center with its drift, differences, comparisons, the vocabulary."""
    spell = SPELLINGS[spelling]
    source = spelled(standard(), spelling)
    draft = proposal_of(center, source)
    browser = client_of(reviewer)
    browser.post(f"{PAGE}save", choose_by_hand(browser, spell).sent())
    as_approved(draft)
    without = replace(source, tables=tuple(item for item in source.tables if item.name != spell("KASSEN")))
    proposal_of(center, without)
    looked_at = client_of(analyst)
    pages = {
        PAGE: (table_name(spell, "KARTEI"), spell("BEMERKUNG_2")),
        "/mappings/center_01/": (table_name(spell, "KASSEN"),),
        "/mappings/center_01/drift": (table_name(spell, "KARTEI"), spell("BEMERKUNG_2")),
        "/mappings/center_01/compare?left=1&right=snapshot": (table_name(spell, "KASSEN"),),
        "/mappings/center_01/2/": (table_name(spell, "KASSEN"),),
    }
    for path, names in pages.items():
        reader = read_page(page_of(looked_at, path))
        assert (path, reader.strange) == (path, [])
        for name in names:
            assert any(as_read(name) in text for text in reader.text), (path, name)
    page_of(browser, "/vocabulary/")
    for key in LearnedName.objects.values_list("canonical", "name_key"):
        page_of(browser, f"/vocabulary/{key[0]}/{key[1]}/")


@every_spelling
def test_commands_and_files_keep_them(
    center: Center, admin: User, spelling: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spell = SPELLINGS[spelling]
    draft = proposal_of(center, spelled(standard(), spelling))
    call_command("show_mapping", "center_01")
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines[1:] if not line.startswith(" ")][:5] == [*CHOICES]
    call_command("show_mapping", "center_01", "--json")
    shown = json.loads(capsys.readouterr().out)
    call_command("export_mapping", "center_01", "--output", str(tmp_path / "center_01.json"))
    text = (tmp_path / "center_01.json").read_text(encoding="utf-8")
    assert json.loads(text) == shown
    # All of it by hand in the file.
    for name, (physical, columns) in CHOICES.items():
        shown["tables"][name] |= {"schema": spell("ck"), "table": spell(physical)}
        shown["tables"][name]["columns"] = {field: column and spell(column) for field, column in columns.items()}
    (tmp_path / "center_01.json").write_text(json.dumps(shown), encoding="utf-8")
    call_command("import_mapping", str(tmp_path), "--as", admin.username)
    imported = Mapping.objects.get(version=draft.version + 1).document()
    for name, (physical, columns) in CHOICES.items():
        mapped = imported.table(name)
        assert (mapped.schema, mapped.table) == (spell("ck"), spell(physical))
        assert [mapped.column(field) for field in columns] == [column and spell(column) for column in columns.values()]


TWINS = {
    "case": (("ck", "KARTEI_A"), ("ck", "Kartei_A")),
    "normal_form": (("ck", "KARTEI_\u00c4"), ("ck", "KARTEI_A\u0308")),
    "alphabet": (("ck", "KARTEI_A"), ("ck", "KARTEI_\u0410")),
    "dots": (("c.k", "KARTEI"), ("c", "k.KARTEI")),
    "dots_and_brackets": (("c].[k.x", "KARTEI"), ("c", "k.x].[KARTEI")),
    "schemas": (("ck", "KARTEI"), ("CK", "KARTEI")),
    "invisible": (("ck", "KARTEI"), ("ck", "KARTEI\u200b")),
}


@pytest.mark.parametrize("twins", TWINS.values(), ids=TWINS)
def test_names_that_look_the_same_stay_two(
    center: Center,
    reviewer: User,
    client_of: SignIn,
    capsys: pytest.CaptureFixture[str],
    twins: tuple[tuple[str, str], tuple[str, str]],
) -> None:
    rows = table("KARTEI", 40_000, "ID int, PATNR int, DATUM int, BEMERKUNG nvarchar:-1, DELKZ int")
    first, second = (replace(rows, schema=schema, name=name) for schema, name in twins)
    source = catalog(*standard(without=["KARTEI"]).tables, first, second)
    proposal_of(center, source)
    browser = client_of(reviewer)
    options = read_form(page_of(browser)).options["KARTEI.table"]
    values = {json.dumps(twin, ensure_ascii=False) for twin in twins}
    assert {value for value, _label in options} > values
    assert len({label for value, label in options if value in values}) == 2
    for twin in (*twins, twins[0]):
        form = read_form(page_of(browser)).sent() | {"KARTEI.table": json.dumps(twin, ensure_ascii=False)}
        browser.post(f"{PAGE}save", form)
        mapped = Mapping.objects.get().document().table("KARTEI")
        assert (mapped.schema, mapped.table) == twin
    one, other = (replace(source, tables=(item,)) for item in (first, second))
    assert fingerprint(one) != fingerprint(other)
    assert content_hash(propose(one)) != content_hash(propose(other))
    as_approved(Mapping.objects.get())
    gone = replace(source, tables=tuple(item for item in source.tables if item != first))
    proposal_of(center, gone)
    call_command("show_mapping", "center_01", "--diff", "snapshot")
    assert first.qualified_name in capsys.readouterr().out


@pytest.mark.parametrize("twins", [("Datum", "DATUM"), ("\u00c4", "A\u0308"), ("x", "x\u200b"), ("x", "x ")])
def test_columns_that_look_the_same_stay_two(
    center: Center, reviewer: User, client_of: SignIn, twins: tuple[str, str]
) -> None:
    kartei = table("KARTEI", 40_000, f"ID int, PATNR int, {twins[0]} int, BEMERKUNG nvarchar:-1, DELKZ int")
    extra = replace(kartei.columns[2], name=twins[1], ordinal=6)
    source = catalog(*standard(without=["KARTEI"]).tables, replace(kartei, columns=(*kartei.columns, extra)))
    proposal_of(center, source)
    browser = client_of(reviewer)
    for name in (*twins, twins[0]):
        form = read_form(page_of(browser))
        assert form.values["KARTEI.table"] == '["ck", "KARTEI"]'
        assert {value for value, _label in form.options["KARTEI.DATUM"]} >= set(twins)
        browser.post(f"{PAGE}save", form.sent() | {"KARTEI.DATUM": name})
        assert Mapping.objects.get().document().table("KARTEI").column("DATUM") == name


def as_approved(mapping: Mapping) -> None:
    """Approved by a second person, whatever the checks of a mapping say that nobody would make."""
    Mapping.objects.filter(pk=mapping.pk).update(status="approved", reviewer=a_reviewer("second"))


def table_name(spell: Spelling, name: str) -> str:
    return qualified_name(spell("ck"), spell(name))
