import json
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from centers.exceptions import ImportFileError
from dentalhub.models import AuditEvent
from mappings.approval import approve
from mappings.learned_names import current_vocabulary, forget
from mappings.models import ImportedName
from mappings.vocabulary import NO_VOCABULARY, Standing, Vocabulary
from mappings.vocabulary_file import read_vocabulary, write_vocabulary
from mappings.vocabulary_import import Action, apply_import, plan_import
from tests.mappings.taught import draft_of

UNSHAPED = "The file needs the key names with canonical names below it."
UNREADABLE = "A name consists of capital letters and digits, without any others."
NO_COUNTS = "Here must stand confirmed or rejected with a number of centers."
COUNTS = "{confirmed: 3, rejected: 1}"
NOTE = ("KARTEI.BEMERKUNG", "NOTIZ")
FILE = "names:\n  KARTEI.BEMERKUNG:\n    NOTIZ: {confirmed: 3, rejected: 1}\n"


def problems(text: str) -> list[tuple[int, str]]:
    with pytest.raises(ImportFileError) as error:
        read_vocabulary(text)
    return [(problem.line, problem.message) for problem in error.value.problems]


def test_file_says_the_same_when_it_is_read_again() -> None:
    entries = {
        NOTE: Standing(3, 1),
        ("KARTEI", "NO"): Standing(0, 2),
        ("KARTEI.DATUM", "1E5TAG"): Standing(1, 0),
        ("PATIENT", "KUNDEN"): Standing(12, 0),
    }
    text = write_vocabulary(Vocabulary(entries))
    assert read_vocabulary(text) == entries
    assert list(read_vocabulary(text)) == [("PATIENT", "KUNDEN"), ("KARTEI", "NO"), ("KARTEI.DATUM", "1E5TAG"), NOTE]


def test_empty_vocabulary_is_a_file_too() -> None:
    assert read_vocabulary(write_vocabulary(NO_VOCABULARY)) == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [(1, UNSHAPED)]),
        ("- a\n", [(1, UNSHAPED)]),
        ("names: 3\n", [(1, UNSHAPED)]),
        (FILE + "nam: 3\n", [(4, "Unknown key nam. Did you mean names?")]),
        (
            FILE.replace("KARTEI.BEM", "KARTEI.BEMM"),
            [(2, "Unknown key KARTEI.BEMMERKUNG. Did you mean KARTEI.BEMERKUNG?")],
        ),
        ("names:\n  KARTEI: NOTIZ\n", [(2, "Here must stand keys with values.")]),
        (FILE.replace("NOTIZ", "Notiz"), [(3, UNREADABLE)]),
        (
            FILE.replace("NOTIZ", "'NOTIZ '"),
            [(3, UNREADABLE)],
        ),
        (
            FILE.replace("NOTIZ", "F003"),
            [(3, "F003 teaches nothing: it is the canonical name, or it has no meaning elsewhere.")],
        ),
        (
            FILE.replace("NOTIZ", "BEMERKUNG"),
            [(3, "BEMERKUNG teaches nothing: it is the canonical name, or it has no meaning elsewhere.")],
        ),
        (FILE.replace("NOTIZ", "no"), [(3, "A key must be text: put it in quotes.")]),
        (
            FILE.replace(COUNTS, "3"),
            [(3, NO_COUNTS)],
        ),
        (
            FILE.replace(COUNTS, "{}"),
            [(3, NO_COUNTS)],
        ),
        (
            FILE.replace("3", "-3").replace("1", "yes"),
            [
                (3, "confirmed must be a whole number from 0 to 1000000."),
                (3, "rejected must be a whole number from 0 to 1000000."),
            ],
        ),
        (FILE.replace("rejected", "refused"), [(3, "Unknown key refused. Known keys: confirmed, rejected.")]),
        (FILE + "    NOTIZ: {confirmed: 1}\n", [(4, "The key NOTIZ stands here a second time.")]),
    ],
)
def test_wrong_file_names_every_problem_by_line(text: str, found: list[tuple[int, str]]) -> None:
    assert problems(text) == found


@pytest.mark.django_db
def test_plan_says_what_an_import_adds_and_changes_nothing(reviewer: User) -> None:
    approve(draft_of(1), reviewer, all_looked_at=True)
    plan = plan_import({NOTE: Standing(3, 1), ("PATIENT", "KUNDEN"): Standing(2, 0)})
    assert [(item.canonical, item.key, item.action, item.decided_here) for item in plan.names] == [
        ("PATIENT", "KUNDEN", Action.ADD, False),
        ("KARTEI.BEMERKUNG", "NOTIZ", Action.ADD, True),
    ]
    assert (ImportedName.objects.count(), AuditEvent.objects.filter(action="vocabulary.imported").count()) == (0, 0)


@pytest.mark.django_db
def test_import_again_changes_only_other_numbers() -> None:
    apply_import({NOTE: Standing(3, 1)})
    assert apply_import({NOTE: Standing(3, 1)}).changes_nothing
    plan = apply_import({NOTE: Standing(1, 3)})
    assert (plan.added, plan.changed, plan.unchanged) == (0, 1, 0)
    assert current_vocabulary().standing(*NOTE) == Standing(0, 1, imported=True)
    assert AuditEvent.objects.filter(action="vocabulary.imported").count() == 2


@pytest.mark.django_db
def test_import_brings_no_forgotten_name_back(reviewer: User) -> None:
    approve(draft_of(1), reviewer, all_looked_at=True)
    forget(*NOTE, reviewer)
    apply_import({NOTE: Standing(3, 1)})
    apply_import({NOTE: Standing(4, 1)})
    assert current_vocabulary().standing(*NOTE) == Standing()


@pytest.mark.django_db
def test_export_holds_what_this_network_decided(
    reviewer: User, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    approve(draft_of(1), reviewer, all_looked_at=True)
    apply_import({("PATIENT", "KUNDEN"): Standing(2, 0)})
    path = tmp_path / "vocabulary.yml"
    call_command("export_vocabulary", output=path)
    exported = read_vocabulary(path.read_text(encoding="utf-8"))
    assert (exported[NOTE], len(exported)) == (Standing(1, 0), 5)
    call_command("export_vocabulary")
    assert path.read_text(encoding="utf-8") in capsys.readouterr().out


@pytest.mark.django_db
def test_dry_run_imports_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "vocabulary.yml"
    path.write_text(FILE, encoding="utf-8")
    call_command("import_vocabulary", path, dry_run=True)
    assert capsys.readouterr().out.splitlines() == [
        "added      KARTEI.BEMERKUNG     NOTIZ",
        "Dry run, names: 1 to add, 0 to change, 0 unchanged.",
    ]
    assert ImportedName.objects.count() == 0
    call_command("import_vocabulary", path, json=True)
    assert json.loads(capsys.readouterr().out)["names"] == {"added": 1, "changed": 0, "unchanged": 0}
    assert ImportedName.objects.get().confirmed == 3


@pytest.mark.django_db
def test_unusable_file_ends_with_2(tmp_path: Path) -> None:
    path = tmp_path / "vocabulary.yml"
    for content, message in [
        (b"names:\n  NOBODY: {}\n", r":2:3: Unknown key NOBODY"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"#" * 1_000_001, "larger than 1 MB"),
    ]:
        path.write_bytes(content)
        with pytest.raises(CommandError, match=message) as error:
            call_command("import_vocabulary", path)
        assert error.value.returncode == 2
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_vocabulary", tmp_path / "nothing.yml")
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_vocabulary", output=tmp_path)
