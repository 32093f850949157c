"""A comparison as plain JSON data with a fixed order of keys; docs/reviewer.md describes it. *Pure*."""

import json
from typing import Any

from mappings.comparison import Comparison, Side
from mappings.diff import DiffRow


def comparison_data(comparison: Comparison) -> dict[str, Any]:
    """Both sides, the counts, and every row in canonical order, the unchanged ones too."""
    return {
        "left": _side(comparison.left),
        "right": _side(comparison.right),
        "counts": comparison.numbers,
        "rows": [_row(row) for row in comparison.rows],
    }


def comparison_text(comparison: Comparison) -> str:
    """The same as text; equal comparisons give equal texts."""
    return json.dumps(comparison_data(comparison), ensure_ascii=False, indent=2) + "\n"


def _side(side: Side) -> dict[str, Any]:
    return {
        "center_id": side.center_id,
        "version": side.version,
        "status": side.status,
        "snapshot": side.fingerprint,
    }


def _row(row: DiffRow) -> dict[str, Any]:
    return {
        "field": row.field,
        "kind": row.kind.value,
        "before": row.before,
        "after": row.after,
        "only_affix": row.only_affix,
        "is_breaking": row.is_breaking,
        "sentence": row.sentence,
    }
