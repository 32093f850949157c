"""Is the form of the dates right wherever their column is? Exit status 0: yes, everywhere; 1: not everywhere.

    .venv/bin/python -m tests.benchmarks.matcher.date_forms PREDICTIONS DATA

score.py does not look at it: a prediction's DATUM entry says it under "format".
"""

import argparse
import gzip
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# The matcher's word for a form, and the set's words for it (by column type).
_TRUE_FORMS = {
    "int": {"int"},
    "text": {"v8"},
    "date": {"d"},
    "datetime": {"dt", "dt2"},
    "german": {"dmy"},
    "german_short": {"dmy2"},
    "iso": {"iso"},
    "epoch": {"epoch"},
}
_DATED = ("KARTEI", "LEISTUNG")


@dataclass(frozen=True, slots=True)
class DateForm:
    """The form that was proposed for a rightly found date column, and the true one."""

    center_id: str
    table: str
    proposed: str | None
    true: str

    @property
    def right(self) -> bool:
        return self.true in _TRUE_FORMS.get(self.proposed or "", set())


def date_forms(center_id: str, truth: Mapping[str, Any], prediction: Mapping[str, Any]) -> list[DateForm]:
    """One for each DATUM whose table and column are right; `truth` and `prediction` as in the documents."""
    found = []
    for name in _DATED:
        true, entry = truth[name], prediction.get(name) or {}
        column = (entry.get("columns") or {}).get("DATUM") or {}
        form = (true.get("notes") or {}).get("DATUM", {}).get("format")
        wanted = (true["table"], true["columns"]["DATUM"])
        if form is not None and (entry.get("table"), column.get("actual")) == wanted:
            found.append(DateForm(center_id, name, column.get("format"), form))
    return found


def main() -> int:
    """Compare and print what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("predictions", type=Path)
    parser.add_argument("data", type=Path)
    chosen = parser.parse_args()
    found: list[DateForm] = []
    for path in sorted(chosen.data.glob("*.json.gz")):
        data = json.loads(gzip.decompress(path.read_bytes()))
        answer = chosen.predictions / f"{data['center_id']}.json"
        prediction = json.loads(answer.read_text(encoding="utf-8")) if answer.is_file() else {}
        found += date_forms(data["center_id"], data["truth"], prediction)
    wrong = [item for item in found if not item.right]
    for item in wrong:
        print(f"{item.center_id} {item.table}.DATUM: want {item.true}, got {item.proposed}")
    print(f"form of the dates right: {len(found) - len(wrong)} of {len(found)} rightly found columns")
    return 1 if wrong or not found else 0


if __name__ == "__main__":
    sys.exit(main())
