"""Chart entries as one JSON document, written piece by piece. *Pure*."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from extraction.export_rows import ExportRow


@dataclass(frozen=True, slots=True)
class CenterSummary:
    """What one center contributed: `count` entries; `duration` of its latest reading in seconds; `error` or None."""

    id: str
    name: str
    count: int
    duration: float
    error: str | None


def json_document(
    date_from: dt.date | None, date_to: dt.date | None, centers: Sequence[CenterSummary], rows: Iterable[ExportRow]
) -> Iterator[str]:
    """The head with target date, totals and centers, then the entries one to a line."""
    head: dict[str, Any] = {
        "target_date": date_from.isoformat() if date_from and date_from == date_to else None,
        "date_from": date_from.isoformat() if date_from else None,
        "date_to": date_to.isoformat() if date_to else None,
        "totals": {
            "centers": len(centers),
            "failed_centers": sum(1 for center in centers if center.error is not None),
            "entries": sum(center.count for center in centers),
        },
        "centers": [asdict(center) for center in centers],
    }
    yield _text(head).removesuffix("}") + ',"entries":['
    for number, row in enumerate(rows):
        yield ("\n" if number == 0 else ",\n") + _text(asdict(row))
    yield "\n]}\n"


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
