"""The audit trail as a file: CSV for spreadsheets, and JSON Lines that others can verify."""

import csv
import json
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any

from dentalhub.audit_actions import label_of
from dentalhub.audit_chain import as_text
from dentalhub.audit_models import AuditEvent
from dentalhub.spreadsheet_cells import BYTE_ORDER_MARK, neutralise

COLUMNS = ("number", "time", "kind", "action", "label", "person", "object", "region", "details", "erased", "link")


def as_csv(events: Iterable[AuditEvent]) -> Iterator[bytes]:
    """UTF-8 with a byte order mark and semicolons, formulas neutralised."""
    yield BYTE_ORDER_MARK.encode() + _line(COLUMNS)
    for event in events:
        yield _line(_cells(event))


def as_json_lines(events: Iterable[AuditEvent]) -> Iterator[bytes]:
    """Everything that the links are made of, one event a line; bytes in hexadecimal."""
    for event in events:
        yield (json.dumps(_document(event), ensure_ascii=False, sort_keys=True) + "\n").encode()


def _cells(event: AuditEvent) -> list[str]:
    details = json.dumps(event.details, ensure_ascii=False, sort_keys=True) if event.details else ""
    cells = [event.kind, event.action, label_of(event.action), event.actor_name, event.target, event.region, details]
    return [str(event.sequence), as_text(event.at), *cells, str(int(event.erased)), bytes(event.hash).hex()]


def _line(cells: Iterable[str]) -> bytes:
    text = StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerow(map(neutralise, cells))
    return text.getvalue().encode()


def _document(event: AuditEvent) -> dict[str, Any]:
    return {
        "sequence": event.sequence,
        "at": as_text(event.at),
        "kind": event.kind,
        "region": event.region,
        "action": event.action,
        "actor_id": event.actor_id,
        "actor_name": event.actor_name,
        "target": event.target,
        "origin": event.origin,
        "details": event.details,
        "erased": event.erased,
        "salt": bytes(event.salt).hex(),
        "digest": bytes(event.digest).hex(),
        "key_id": event.key_id,
        "previous": bytes(event.previous).hex(),
        "hash": bytes(event.hash).hex(),
    }
