"""Chart entries as one JSON document or as JSON Lines, written piece by piece. *Pure*."""

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from extraction.export_rows import Batches, FullRow, codes_of

_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class CenterSummary:
    """What one center contributed: `count` entries; `duration` of its latest reading in seconds; `error` or None."""

    id: str
    name: str
    count: int
    duration: float
    error: str | None


def json_document(
    date_from: dt.date | None, date_to: dt.date | None, centers: Sequence[CenterSummary], batches: Batches
) -> Iterator[bytes]:
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
    yield (_text(head).removesuffix("}") + ',"entries":[').encode()
    before = "\n"
    for batch in batches:
        yield (before + ",\n".join(map(_object, batch.full_rows()))).encode()
        before = ",\n"
    yield b"\n]}\n"


def json_lines(batches: Batches) -> Iterator[bytes]:
    """One entry to a line, each a JSON object of its own; nothing else."""
    for batch in batches:
        yield "".join([f"{_object(row)}\n" for row in batch.full_rows()]).encode()


def _object(row: FullRow) -> str:
    center_id, center_name, date, patient_id, insurance_status, insurance_name, chart_entry, codes = row
    return _text(
        {
            "center_id": center_id,
            "center_name": center_name,
            "date": date,
            "patient_id": patient_id,
            "insurance_status": insurance_status,
            "insurance_name": insurance_name,
            "chart_entry": chart_entry,
            "service_codes": codes_of(codes),
        }
    )
