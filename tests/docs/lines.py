"""The command lines of the guides. *Pure* but for reading them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_SHELL = {"", "sh", "bash", "shell", "console"}
_FENCE = re.compile(r"\s*```(\S*)")
_COMMENT = re.compile(r"(?:^|\s+)#(?:\s.*)?$")
_SPAN = re.compile(r"(?<!`)`(?:dentalhub|(?:\S*python )?manage\.py) ([^`\n]+)`")


@dataclass(frozen=True, slots=True)
class Line:
    """A command as a guide has it, without its comment, and where it stands."""

    file: str
    number: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.number}: {self.text}"


def guides() -> list[Path]:
    """Everything that people read."""
    return [ROOT / "README.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]


def command_lines(text: str, file: str) -> Iterator[Line]:
    """The lines of fenced shell blocks and of indented blocks; `\\` at an end joins a line to the next one."""
    fence: str | None = None
    after_blank = in_block = False
    joined, begin = "", 0
    for number, raw in enumerate(text.split("\n"), start=1):
        if (found := _FENCE.match(raw)) is not None:
            fence, in_block = (found[1] if fence is None else None), False
            continue
        indented = raw.startswith("    ") and (after_blank or in_block)
        in_block = fence is None and indented
        after_blank = not raw.strip() or raw.startswith("#")
        if not (in_block or (fence is not None and fence in _SHELL)):
            continue
        line = _COMMENT.sub("", raw).strip()
        begin = begin or number
        joined = f"{joined} {line}".strip()
        if joined.endswith("\\"):
            joined = joined[:-1].strip()
            continue
        if joined:
            yield Line(file, begin, joined)
        joined, begin = "", 0


def spans(text: str, file: str) -> Iterator[Line]:
    """The commands of ours that stand within a sentence, as `dentalhub NAME ...`."""
    for number, raw in enumerate(text.split("\n"), start=1):
        for found in _SPAN.finditer(raw):
            yield Line(file, number, f"dentalhub {found[1]}")


def every(collect: object = command_lines) -> list[Line]:
    """What `collect` finds in all guides."""
    assert callable(collect)
    return [
        line for path in guides() for line in collect(path.read_text(encoding="utf-8"), str(path.relative_to(ROOT)))
    ]
