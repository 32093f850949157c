"""Reads a Dockerfile and a .dockerignore (*pure*): what they say, for whoever does the same without an engine."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
_FLAG = re.compile(r"--([\w-]+)=(\S+)\s+")


class DockerfileError(Exception):
    """The file says something that is not understood here."""


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction: its word in capitals, its flags (`--from=build`), and what follows in one line."""

    word: str
    flags: tuple[tuple[str, str], ...]
    text: str

    def words(self) -> list[str]:
        """What follows as separate words: from JSON, or split at blanks."""
        if self.text.startswith("["):
            return [str(word) for word in json.loads(self.text)]
        return self.text.split()


@dataclass(frozen=True, slots=True)
class Stage:
    """What follows a FROM; `name` is empty where it has none."""

    name: str
    image: str
    instructions: tuple[Instruction, ...]


def read_stages(text: str, arguments: Mapping[str, str]) -> tuple[dict[str, str], tuple[Stage, ...]]:
    """The arguments before the first FROM with their values, and all stages. Raises DockerfileError.

    `arguments` stand for `--build-arg`.
    """
    known: dict[str, str] = {}
    stages: list[tuple[str, str, list[Instruction]]] = []
    for instruction in _instructions(text):
        if instruction.word == "FROM":
            words = instruction.words()
            name = words[2] if len(words) == 3 and words[1].upper() == "AS" else ""
            stages.append((name, expanded(words[0], known), []))
        elif stages:
            stages[-1][2].append(instruction)
        elif instruction.word == "ARG":
            known |= read_argument(instruction, arguments)
        else:
            raise DockerfileError(f"{instruction.word} stands before the first FROM.")
    return known, tuple(Stage(name, image, tuple(found)) for name, image, found in stages)


def read_argument(instruction: Instruction, arguments: Mapping[str, str]) -> dict[str, str]:
    """The value of an ARG: the one that is given, else its default."""
    name, _, default = instruction.text.partition("=")
    return {name: arguments.get(name, default)}


def expanded(text: str, values: Mapping[str, str]) -> str:
    """`text` with the values of `$NAME` and `${NAME}`; unknown ones become nothing, as in a shell."""
    return _VARIABLE.sub(lambda found: values.get(found[1] or found[2], ""), text)


def is_ignored(path: str, patterns: Sequence[str]) -> bool:
    """Whether a .dockerignore with these lines leaves out `path`, or a folder above it."""
    parts = path.split("/")
    above = ["/".join(parts[: count + 1]) for count in range(len(parts))]
    return any(_matches(candidate, pattern) for candidate in above for pattern in patterns)


def read_ignored(text: str) -> tuple[str, ...]:
    """The patterns of a .dockerignore. Raises DockerfileError for one that takes something back."""
    lines = [line.strip() for line in text.splitlines()]
    patterns = tuple(line.strip("/") for line in lines if line and not line.startswith("#"))
    if any(pattern.startswith("!") for pattern in patterns):
        raise DockerfileError("Patterns with an exclamation mark are not understood here.")
    return patterns


def _matches(path: str, pattern: str) -> bool:
    if pattern.startswith("**/"):
        return fnmatchcase(path.rsplit("/", 1)[-1], pattern.removeprefix("**/"))
    # `*` does not cross a slash.
    return path.count("/") == pattern.count("/") and fnmatchcase(path, pattern)


def _instructions(text: str) -> list[Instruction]:
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    whole = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [_instruction(line.strip()) for line in whole.splitlines()]


def _instruction(line: str) -> Instruction:
    word, _, rest = line.partition(" ")
    rest, flags = rest.strip(), []
    # What a health check is asked with belongs to it.
    while word.upper() != "HEALTHCHECK" and (found := _FLAG.match(rest)):
        flags.append((found[1], found[2]))
        rest = rest[found.end() :]
    return Instruction(word.upper(), tuple(flags), rest)
