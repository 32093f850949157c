"""Reading a Dockerfile, and doing what it says without an engine."""

import os
import sys
from pathlib import Path

import pytest

from deploy import image_steps
from deploy.dockerfile import DockerfileError, Instruction, expanded, is_ignored, read_ignored, read_stages
from deploy.image_build import Image, build
from deploy.image_start import Container
from deploy.steps import SetupError

SMALL = """# syntax=docker/dockerfile:1
ARG BASE=python:3

FROM ${BASE} AS build
ARG LOCK=one.lock
WORKDIR /app
COPY ${LOCK} ./
RUN --mount=type=cache,target=/root/.cache \\
    # why
    cp ${LOCK} /made && \\
    python -c "print(6 * 7)"
COPY . .

FROM ${BASE}
RUN apt-get update && apt-get install -y --no-install-recommends libfirst libsecond
RUN useradd --uid 10001 someone && install -d -o 10001 -g 10001 -m 0750 /data
WORKDIR /app
COPY --from=build /app /app
ENV PATH=/app/bin:$PATH HERE=/data QUIET=1
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=5s CMD ["sh", "-c", "exit 0"]
CMD ["greet", "world"]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    for name, text in {
        "Dockerfile": SMALL,
        ".dockerignore": "secrets\n**/*.env\n",
        "one.lock": "one",
        "other.lock": "other",
        "bin/greet": '#!/bin/sh\necho "hello $1, $QUIET" > "$HERE/said"\n',
        "secrets/key": "geheim",
        "bin/some.env": "geheim",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "bin" / "greet").chmod(0o755)
    return folder


def built(project: Path, tmp_path: Path, **arguments: str) -> Image:
    return build(project, tmp_path / "directory", Path(sys.executable), arguments)


def test_stages_have_their_names_images_and_instructions() -> None:
    known, (first, second) = read_stages(SMALL, {"BASE": "debian:12"})
    assert known == {"BASE": "debian:12"}
    assert [(stage.name, stage.image) for stage in (first, second)] == [("build", "debian:12"), ("", "debian:12")]
    assert first.instructions[3] == Instruction(
        "RUN", (("mount", "type=cache,target=/root/.cache"),), 'cp ${LOCK} /made && python -c "print(6 * 7)"'
    )
    assert second.instructions[-1].words() == ["greet", "world"]


@pytest.mark.parametrize("text", ["RUN true\nFROM a", "COPY a b"])
def test_instruction_before_the_first_from_is_refused(text: str) -> None:
    with pytest.raises(DockerfileError, match=f"{text.split()[0]} stands before the first FROM"):
        read_stages(text, {})


@pytest.mark.parametrize(
    ("text", "value"), [("$A/${B}", "one/"), ("plain", "plain"), ("${A}two", "onetwo"), ("$ A", "$ A")]
)
def test_variables_are_expanded(text: str, value: str) -> None:
    assert expanded(text, {"A": "one"}) == value


@pytest.mark.parametrize(
    ("path", "ignored"),
    [
        ("secrets", True),
        ("secrets/key", True),
        ("deploy/secrets", False),
        (".env", True),
        (".env.local", True),
        ("a/.env", True),
        ("a/.env.local", False),
        ("a/b/x.env", True),
        ("x.env", True),
        ("a/__pycache__/b.pyc", True),
        ("one.lock", False),
    ],
)
def test_ignored_paths(path: str, ignored: bool) -> None:
    patterns = read_ignored("# comment\nsecrets/\n.env*\n**/*.env\n\n**/__pycache__\n")
    assert is_ignored(path, patterns) is ignored


def test_pattern_that_takes_something_back_is_refused() -> None:
    with pytest.raises(DockerfileError, match="exclamation mark"):
        read_ignored("*\n!kept")


def test_build_leaves_the_files_of_the_last_stage(project: Path, tmp_path: Path) -> None:
    image = built(project, tmp_path)
    files = {path.relative_to(image.root).as_posix() for path in image.root.rglob("*") if path.is_file()}
    assert files == {"app/one.lock", "app/other.lock", "app/bin/greet", "app/Dockerfile", "app/.dockerignore"}
    assert (tmp_path / "directory" / "build" / "made").read_text() == "one"
    assert (tmp_path / "directory" / "log").read_text() == "42\n"
    assert (image.root / "data").stat().st_mode & 0o777 == 0o750


def test_build_says_how_a_container_starts(project: Path, tmp_path: Path) -> None:
    image = built(project, tmp_path)
    assert (image.user, image.command, image.folder) == ("10001:10001", ("greet", "world"), "/app")
    assert image.health_check == ("sh", "-c", "exit 0")
    assert image.packages == ("libfirst", "libsecond")
    assert image.environment == {
        "PATH": f"{image.root}/app/bin:{os.environ['PATH']}",
        "HERE": f"{image.root}/data",
        "QUIET": "1",
    }


def test_build_takes_another_argument(project: Path, tmp_path: Path) -> None:
    built(project, tmp_path, LOCK="other.lock")
    assert (tmp_path / "directory" / "build" / "made").read_text() == "other"


def test_build_needs_an_empty_directory(project: Path, tmp_path: Path) -> None:
    (tmp_path / "directory").mkdir()
    (tmp_path / "directory" / "file").touch()
    with pytest.raises(DockerfileError, match="is not empty"):
        built(project, tmp_path)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("ADD a b", "ADD is not understood here."),
        ("COPY --chown=1:1 one.lock /", "COPY with --chown is not understood here."),
        ('RUN python -c "import sys; sys.exit(3)"', "ended with 3"),
    ],
)
def test_build_stops_at_what_it_cannot_do(project: Path, tmp_path: Path, line: str, said: str) -> None:
    (project / "Dockerfile").write_text(f"FROM a\n{line}\n")
    with pytest.raises(DockerfileError, match=said):
        built(project, tmp_path)


def test_container_runs_with_the_images_environment_alone(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DENTALHUB_LANGUAGE", "de")
    image = built(project, tmp_path)
    image.user = f"{os.getuid()}:{os.getgid()}"
    container = Container(image)
    container.run(*image.command)
    assert (image.root / "data" / "said").read_text() == "hello world, 1\n"
    assert "DENTALHUB_LANGUAGE" not in container.environment


def test_program_that_fails_in_a_container_is_named_with_its_last_words(project: Path, tmp_path: Path) -> None:
    image = Image(tmp_path, user=f"{os.getuid()}:{os.getgid()}", environment={"PATH": os.environ["PATH"]})
    with pytest.raises(SetupError, match=r"this ended with 3: sh -c echo sorry >&2; exit 3\nsorry"):
        Container(image).run("sh", "-c", "echo sorry >&2; exit 3")


def test_program_that_writes_into_its_own_folder_is_found_out(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(image_steps, "build", lambda *_: Image(tmp_path, folder="/project", user="0:0"))
    monkeypatch.setattr(image_steps, "look_at_driver", lambda _container: None)
    monkeypatch.setattr(image_steps, "prove_start", lambda _container: None)
    image_steps.prove(tmp_path)
    monkeypatch.setattr(image_steps, "prove_start", lambda _container: (project / "new").touch())
    with pytest.raises(SetupError, match="wrote something below /project"):
        image_steps.prove(tmp_path)
