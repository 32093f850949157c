"""Does what a Dockerfile says in a directory of this machine, without a container engine.

Every absolute path in an instruction is one below the directory. What changes the system itself is left out: packages
must be installed already, and users are numbers.
"""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.dockerfile import (
    DockerfileError,
    Instruction,
    Stage,
    expanded,
    is_ignored,
    read_argument,
    read_ignored,
    read_stages,
)
from deploy.steps import say

# They change the machine, not the image's folder.
SYSTEM_PROGRAMS = ("apt-get", "groupadd", "useradd")
# What a started container is told, not a step.
SAYINGS = ("EXPOSE", "VOLUME", "STOPSIGNAL", "LABEL")


@dataclass
class Image:
    """What the last stage left: its root folder, and what a container of it is started with."""

    root: Path
    folder: str = "/"
    environment: dict[str, str] = field(default_factory=dict)
    user: str = ""
    command: tuple[str, ...] = ()
    health_check: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()

    def place(self, path: str) -> Path:
        """Where a path of the image is on this machine; a relative one counts from the working folder."""
        return self.root / (path if path.startswith("/") else f"{self.folder}/{path}").lstrip("/")


def build(context: Path, directory: Path, python: Path, arguments: Mapping[str, str] | None = None) -> Image:
    """Follow `context/Dockerfile` in `directory`, which must be empty; `python` is what the base image has.

    What the steps print goes to `directory/log`. Raises DockerfileError for what is not understood or fails.
    """
    if directory.exists() and any(directory.iterdir()):
        raise DockerfileError(f"{directory} is not empty.")
    programs = directory / "programs"
    programs.mkdir(parents=True)
    (programs / "python").symlink_to(python)
    known, stages = read_stages((context / "Dockerfile").read_text(encoding="utf-8"), arguments or {})
    ignored = read_ignored((context / ".dockerignore").read_text(encoding="utf-8"))
    image = Image(directory / "image")
    for number, stage in enumerate(stages, start=1):
        # Every stage is built at the same place, since what pip installs knows where it is.
        image = Image(directory / "image")
        image.root.mkdir()
        say(f"stage {stage.name or number} of {len(stages)}, from {stage.image}")
        _Build(context, directory, ignored, known, arguments or {}, image).follow(stage)
        if number < len(stages):
            image.root.rename(directory / (stage.name or str(number)))
    return image


@dataclass
class _Build:
    context: Path
    directory: Path
    ignored: tuple[str, ...]
    outer: Mapping[str, str]
    given: Mapping[str, str]
    image: Image
    arguments: dict[str, str] = field(default_factory=dict)

    def follow(self, stage: Stage) -> None:
        ways: dict[str, Callable[[Instruction], None]] = {
            "ARG": self._arg,
            "ENV": self._env,
            "WORKDIR": self._workdir,
            "COPY": self._copy,
            "RUN": self._run,
            "USER": self._user,
            "CMD": self._cmd,
            "HEALTHCHECK": self._healthcheck,
        }
        for instruction in stage.instructions:
            if instruction.word in SAYINGS:
                continue
            if instruction.word not in ways:
                raise DockerfileError(f"{instruction.word} is not understood here.")
            ways[instruction.word](instruction)

    def _values(self) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], **self.arguments, **self.image.environment}

    def _arg(self, instruction: Instruction) -> None:
        if "=" not in instruction.text:
            self.arguments[instruction.text] = self.outer.get(instruction.text, "")
        else:
            self.arguments |= read_argument(instruction, self.given)

    def _env(self, instruction: Instruction) -> None:
        for word in shlex.split(instruction.text):
            name, _, value = word.partition("=")
            # Paths of the image first, for what `$PATH` stands for are paths of this machine.
            self.image.environment[name] = expanded(self._moved(value), self._values())

    def _moved(self, value: str) -> str:
        """`/app/.venv/bin:$PATH` with the place of each absolute path."""
        parts = value.split(":")
        return ":".join(str(self.image.place(part)) if part.startswith("/") else part for part in parts)

    def _workdir(self, instruction: Instruction) -> None:
        self.image.folder = instruction.text
        self.image.place(".").mkdir(parents=True, exist_ok=True)

    def _copy(self, instruction: Instruction) -> None:
        *sources, target = expanded(instruction.text, self._values()).split()
        flags = dict(instruction.flags)
        if set(flags) - {"from"}:
            raise DockerfileError(f"COPY with --{min(set(flags) - {'from'})} is not understood here.")
        place = self.image.place(target)
        for source in sources:
            if "from" in flags:
                shutil.copytree(
                    self.directory / flags["from"] / source.lstrip("/"), place, symlinks=True, dirs_exist_ok=True
                )
            elif (self.context / source).is_dir():
                self._copy_context(self.context / source, place)
            else:
                place.mkdir(parents=True, exist_ok=True)
                shutil.copy2(self.context / source, place)

    def _copy_context(self, folder: Path, place: Path) -> None:
        def left_out(parent: str, names: list[str]) -> set[str]:
            beginning = Path(parent).relative_to(self.context)
            return {name for name in names if is_ignored((beginning / name).as_posix(), self.ignored)}

        shutil.copytree(folder, place, symlinks=True, ignore=left_out, dirs_exist_ok=True)

    def _run(self, instruction: Instruction) -> None:
        for command in re.split(r"\s+&&\s+", instruction.text):
            words = shlex.split(expanded(command, self._values()))
            if words[0] in SYSTEM_PROGRAMS:
                if words[:2] == ["apt-get", "install"]:
                    self.image.packages += tuple(word for word in words[2:] if not word.startswith("-"))
                continue
            self._run_here([str(self.image.place(word)) if word.startswith("/") else word for word in words])

    def _run_here(self, words: list[str]) -> None:
        if words[0] == "install" and os.geteuid() != 0:
            # Everything belongs to this user anyway.
            owners = {place for place, word in enumerate(words) if word in {"-o", "-g"}}
            words = [word for place, word in enumerate(words) if not {place, place - 1} & owners]
        environment = {**os.environ, **self.image.environment}
        environment["PATH"] = os.pathsep.join([str(self.directory / "programs"), environment["PATH"]])
        shown = " ".join(words).replace(str(self.image.root), "")
        say(f"  {shown}")
        log = self.directory / "log"
        with log.open("a", encoding="utf-8") as output:
            done = subprocess.run(
                words, cwd=self.image.place("."), env=environment, stdout=output, stderr=output, check=False
            )
        if done.returncode != 0:
            raise DockerfileError(f"{shown} ended with {done.returncode}:\n{log.read_text(encoding='utf-8')[-2000:]}")

    def _user(self, instruction: Instruction) -> None:
        self.image.user = instruction.text

    def _cmd(self, instruction: Instruction) -> None:
        self.image.command = tuple(instruction.words())

    def _healthcheck(self, instruction: Instruction) -> None:
        _options, _, command = instruction.text.partition("CMD ")
        self.image.health_check = tuple(Instruction("CMD", (), command).words())
