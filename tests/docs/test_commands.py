"""Every command in the guides: run where it can be, else read with the options of the command, else looked at."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, get_commands, load_command_class
from django.core.management.base import BaseCommand

from dentalhub import cli
from dentalhub.sandbox.network import build_network
from dentalhub.sandbox.options import NetworkOptions, ServeOptions
from dentalhub.sandbox.process import SandboxProcess
from tests.docs import foreign
from tests.docs.classified import ELSEWHERE, NO_COMMANDS, READ, RUN, Python, Run
from tests.docs.lines import ROOT, Line, command_lines, every, spans

OURS = re.compile(r"(?:kubectl .* -- )?(?:(?:env/bin/)?dentalhub |(?:\.venv/bin/)?python manage\.py )")
RUNS = [entry for entry in RUN if isinstance(entry, Run)]


def ours(text: str) -> str:
    """What follows `dentalhub` or `manage.py`; empty for other programs."""
    found = OURS.match(text)
    return text[found.end() :] if found else ""


def read_options(text: str) -> None:
    """Raises CommandError for an unknown command or option."""
    name, *arguments = shlex.split(text)
    name = name.replace("-", "_")
    if name == "init":
        cli.init_parser().parse_args(arguments)
        return
    if (app := get_commands().get(name)) is None:
        raise CommandError(f"There is no command {name}.")
    command = app if isinstance(app, BaseCommand) else load_command_class(app, name)
    command.create_parser("dentalhub", name).parse_args(arguments)


def test_every_line_has_its_class() -> None:
    known = {run.text for run in RUNS} | READ.keys() | ELSEWHERE.keys()
    unknown = [line for line in every() if line.text not in known and foreign.kind(line.text) is None]
    assert unknown == [], "Put new commands into tests/docs/classified.py:\n" + "\n".join(map(str, unknown))
    # Some commands follow from a sentence, and one is what the next one needs.
    of_tests = {"dentalhub generate_mappings"}
    written = {line.text for line in (*every(), *every(spans))} | of_tests
    assert known - written == set(), "No guide has these any more."


def test_every_command_of_ours_has_these_options() -> None:
    lines = [line for line in (*every(), *every(spans)) if line.text not in NO_COMMANDS and ours(line.text)]
    assert len(lines) > 80
    for line in lines:
        try:
            read_options(ours(line.text))
        except CommandError as error:
            pytest.fail(f"{line}: {error}")


def test_every_other_program_is_given_what_is_there() -> None:
    wrong = [f"{line}: {problem}" for line in every() if (problem := foreign.problem(line.text))]
    assert wrong == []


def requests(work: Path) -> Iterator[dict[str, object]]:
    for entry in RUN:
        if isinstance(entry, Python):
            yield {"text": entry.text, "python": True}
        else:
            text = f"dentalhub {ours(entry.text)} {entry.more}".replace(" /mnt/", f" {work}/mnt/")
            yield {"text": text, "typed": entry.typed}


def test_commands_do_what_the_guides_say(tmp_path: Path) -> None:
    """One installation from `init` to `restore`, over the genuine driver."""
    network = build_network(tmp_path / "network", NetworkOptions(centers=31, rows_per_day=2, until=date(2026, 11, 20)))
    work = tmp_path / "work"
    for folder in ("mnt/elsewhere", "mnt/backups"):
        (work / folder).mkdir(parents=True)
    with SandboxProcess(network.directory, ServeOptions()) as sandbox:
        (work / "centers.yml").write_bytes(sandbox.centers_yml.read_bytes())
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DENTALHUB_", "DATABASE_"))}
        environment = kept | {
            "DENTALHUB_DATA_DIR": str(tmp_path / "data"),
            "DENTALHUB_ENV_FILE": str(tmp_path / "data" / "dentalhub.env"),
            "DENTALHUB_SANDBOX": "1",
            "IVORIS_PASSWORD": sandbox.password,
            "SSL_CERT_FILE": str(sandbox.ca_file),
            "PYTHONPATH": str(ROOT),
        }
        done = subprocess.run(
            [sys.executable, "-m", "tests.docs.run_lines"],
            input=json.dumps(list(requests(work))),
            env=environment,
            cwd=work,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    assert done.returncode == 0, done.stderr
    problems = []
    for entry, (code, printed) in zip(RUN, json.loads(done.stdout), strict=True):
        if code != (entry.code if isinstance(entry, Run) else 0):
            problems.append(f"{entry.text}\nended with {code}:\n{printed[-1500:]}")
    assert problems == [], "\n\n".join(problems)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("extrakt --missing", "There is no command extrakt."),
        ("extract --missing-only", "unrecognized arguments"),
        ("verify --date yesterday", "--date"),
        ("watchdog --max-age soon", "--max-age"),
    ],
)
def test_wrong_command_is_found(text: str, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        read_options(text)


def test_lines_of_a_guide_are_found() -> None:
    text = (
        "# Title\n    make demo\n\nText `dentalhub check` goes on\n      here.\n\n    dentalhub a \\\n"
        "      --b  # why\n"
        "    # a comment\n\n```sh\ncurl x#y\n```\n\n```yaml\na: 1\n```\n- item\n\n        dentalhub c\n"
    )
    assert list(command_lines(text, "x.md")) == [
        Line("x.md", 2, "make demo"),
        Line("x.md", 7, "dentalhub a --b"),
        Line("x.md", 12, "curl x#y"),
        Line("x.md", 20, "dentalhub c"),
    ]
    assert list(spans(text, "x.md")) == [Line("x.md", 4, "dentalhub check")]
