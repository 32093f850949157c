"""Parts a centers file with mistakes: centers that can be imported as they are, and centers to be mended first."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from centers.centers_file import CentersFile
from centers.centers_import import read_centers_file
from centers.exceptions import FileProblem, ImportFileError
from centers.import_plan import ImportPlan, plan_import
from centers.yaml_positions import Position, YamlDocument, read_yaml

_END: Position = (2**31, 0)


@dataclass(frozen=True, slots=True)
class PartedFile:
    """`file` has the centers without a mistake, `plan` what importing them does; `rejected` is a centers file of the
    others, with the regions and servers of the first one and what is wrong beside each center."""

    file: CentersFile
    plan: ImportPlan
    rejected: str
    valid_count: int
    rejected_count: int


def part(text: str, actor: User | None) -> PartedFile | None:
    """The two parts of the centers file `text`; None when a mistake is elsewhere, or each center has one."""
    try:
        document = read_yaml(text)
    except ImportFileError:
        return None
    if not isinstance(document.data, dict) or not isinstance(document.data.get("centers"), list):
        return None
    others = {key: value for key, value in document.data.items() if key != "centers"}
    centers: list[Any] = document.data["centers"]
    kept, wrong = list(range(len(centers))), dict[int, list[FileProblem]]()
    # Each round leaves out one center at least.
    while kept:
        try:
            file = read_centers_file(text, actor=actor)
            plan = plan_import(file, actor)
        except ImportFileError as error:
            found = _by_center(read_yaml(text), error.problems)
            if found is None:
                return None
            wrong |= {kept[index]: problems for index, problems in found.items()}
            kept = [index for index in kept if index not in wrong]
            text = _file(others, [centers[index] for index in kept])
            continue
        rejected = _file(others, [centers[index] for index in sorted(wrong)], wrong)
        return PartedFile(file, plan, rejected, len(kept), len(wrong)) if wrong else None
    return None


def _by_center(document: YamlDocument, problems: Collection[FileProblem]) -> dict[int, list[FileProblem]] | None:
    """The problems by the number of the center in which they stand; None when one stands elsewhere."""
    begins = [document.values["centers", index] for index in range(len(document.data["centers"]))]
    after = [place for path, place in document.keys.items() if len(path) == 1 and begins and place > begins[-1]]
    ends = [*begins[1:], min(after, default=_END)]
    found: dict[int, list[FileProblem]] = {}
    for problem in problems:
        place = (problem.line, problem.column)
        index = next((n for n, (begin, end) in enumerate(zip(begins, ends, strict=True)) if begin <= place < end), None)
        if index is None:
            return None
        found.setdefault(index, []).append(problem)
    return found


def _file(
    others: Mapping[str, Any], centers: Collection[Any], wrong: Mapping[int, Collection[FileProblem]] | None = None
) -> str:
    """A centers file; `wrong` has the problems of `centers` in their order."""
    lines = [yaml.safe_dump(dict(others), allow_unicode=True, sort_keys=False)] if others else []
    lines.append("centers:\n")
    notes = [wrong[index] for index in sorted(wrong)] if wrong else [()] * len(centers)
    for center, problems in zip(centers, notes, strict=True):
        lines += [f"# {_note(problem)}\n" for problem in problems]
        lines.append(yaml.safe_dump([center], allow_unicode=True, sort_keys=False))
    return "".join(lines)


def _note(problem: FileProblem) -> str:
    values = {"line": problem.line, "message": " ".join(problem.message.split())}
    return _("Line %(line)d was: %(message)s") % values
