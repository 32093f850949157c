"""A centers file with mistakes: the centers without one can be imported, and the others come back as a file."""

from collections.abc import Callable

import pytest
import yaml
from django.contrib.auth.models import User
from django.test import Client

from centers.centers_import import apply_import, read_centers_file
from centers.exceptions import ImportFileError
from centers.import_parting import PartedFile, part
from centers.models import Center
from tests.centers.makers import make_center

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
PAGE = "/centers/import/"
HEAD = 'database: {host: localhost, port: 1434, user: u, password: "env:IVORIS_PASSWORD"}\ncenters:\n'
ANNA = "  - id: c1\n    name: Anna\n    database: D1\n"
BERT = "  # The new one.\n  - id: c2\n    nmae: Bert\n    database: D2\n    server: nowhere\n"
CLARA = "  - {id: c3, name: Clara, database: D3}\n"


def ids(text: str) -> list[str]:
    return [center["id"] for center in yaml.safe_load(text)["centers"]]


def parted(text: str) -> PartedFile:
    found = part(text, None)
    assert found is not None
    return found


def test_centers_with_mistakes_are_parted_from_the_others() -> None:
    found = parted(HEAD + ANNA + BERT + CLARA)
    assert ([center.id for center in found.file.centers], found.valid_count, found.rejected_count) == (
        ["c1", "c3"],
        2,
        1,
    )
    assert (found.plan.created, ids(found.rejected)) == (2, ["c2"])
    assert yaml.safe_load(found.rejected)["database"]["password"] == "env:IVORIS_PASSWORD"
    notes = [line for line in found.rejected.splitlines() if line.startswith("#")]
    assert [note.partition(" was: ")[0] for note in notes] == ["# Line 7", "# Line 8"]


def test_rejected_centers_can_be_imported_once_they_are_mended() -> None:
    found = parted(HEAD + ANNA + BERT)
    apply_import(found.file)
    mended = found.rejected.replace("nmae", "name").replace("  server: nowhere\n", "")
    apply_import(read_centers_file(mended))
    assert sorted(Center.objects.values_list("center_id", flat=True)) == ["c1", "c2"]


def test_mistakes_that_only_our_database_knows_part_as_well() -> None:
    make_center("owner", database="D3")
    owner = Center.objects.get()
    text = HEAD + ANNA + BERT + f"  - {{id: c4, name: D, database: D3, server: {owner.server.code}}}\n"
    found = parted(text)
    assert ([center.id for center in found.file.centers], ids(found.rejected)) == (["c1"], ["c2", "c4"])


def test_second_center_of_an_id_or_a_database_is_the_wrong_one() -> None:
    found = parted(HEAD + ANNA + ANNA.replace("Anna", "Other") + CLARA.replace("D3", "d1"))
    assert ([center.name for center in found.file.centers], ids(found.rejected)) == (["Anna"], ["c1", "c3"])


@pytest.mark.parametrize(
    "text",
    [
        HEAD.replace("1434", "x") + ANNA + BERT,
        HEAD + ANNA + BERT + "colour: red\n",
        "colour: red\n" + HEAD + ANNA + BERT,
        HEAD + ANNA + CLARA,
        HEAD + BERT,
        HEAD + "  - text\n",
        HEAD.replace("centers:", "centers: {}"),
        "centers: [",
        "- 1",
        "",
    ],
    ids=[
        "server",
        "key behind",
        "key before",
        "nothing wrong",
        "all wrong",
        "text",
        "mapping",
        "no yaml",
        "list",
        "empty",
    ],
)
def test_file_is_not_parted_for_what_is_not_one_centers_mistake(text: str) -> None:
    assert part(text, None) is None


def test_sentences_of_several_lines_stay_comments() -> None:
    found = parted(HEAD + ANNA + '  - {id: "c 2\\n- x", name: B, database: D2}\n')
    assert len(yaml.safe_load(found.rejected)["centers"]) == 1


def test_page_offers_both_parts_and_keeps_what_is_left(client_of: SignIn, admin: User) -> None:
    client, text = client_of(admin), HEAD + ANNA + BERT + CLARA
    checked = client.post(PAGE, {"text": text, "action": "check"})
    html = checked.content.decode()
    assert (checked.status_code, Center.objects.count()) == (422, 0)
    assert "Import 2 centers without a mistake" in html
    assert "Download 1 rejected center" in html
    assert "Centers: 2 to create, 0 to change, 0 unchanged." in html
    assert 'value="import"' not in html

    download = client.post(PAGE, {"text": text, "action": "rejected"})
    assert download.headers["Content-Disposition"] == 'attachment; filename="centers-rejected.yml"'
    assert (ids(download.content.decode()), Center.objects.count()) == (["c2"], 0)

    imported = client.post(PAGE, {"text": text, "action": "valid"})
    html = imported.content.decode()
    assert (imported.status_code, sorted(Center.objects.values_list("center_id", flat=True))) == (200, ["c1", "c3"])
    assert "2 centers were imported; what is left to be mended stands below." in html
    assert "Nothing was imported." not in html
    assert imported.context["form"].initial["text"] == download.content.decode()
    lines = imported.context["form"].initial["text"].splitlines()
    wrong = [lines[problem.line - 1].strip() for problem in imported.context["problems"]]
    assert wrong == ["- id: c2", "nmae: Bert"]


def test_parts_of_a_template_are_those_of_what_it_makes(client_of: SignIn, admin: User) -> None:
    center = "  - {id: c{{ n }}, name: A, database: D{{ n }}{% if n == 2 %}, x: y{% endif %}}\n"
    text = f"{HEAD}{{% for n in [1, 2] %}}{center}{{% endfor %}}"
    client_of(admin).post(PAGE, {"text": text, "template": "on", "action": "valid"})
    assert list(Center.objects.values_list("center_id", flat=True)) == ["c1"]


def test_wrong_file_cannot_be_imported_as_a_whole(client_of: SignIn, admin: User) -> None:
    response = client_of(admin).post(PAGE, {"text": HEAD + ANNA + BERT, "action": "import"})
    assert (response.status_code, Center.objects.count()) == (422, 0)
    with pytest.raises(ImportFileError):
        read_centers_file(HEAD + ANNA + BERT)
