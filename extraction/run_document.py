"""What became of a run, for scripts."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from centers.phase_times import PhaseTimes
from centers.scope import EVERYTHING
from extraction.models import CenterRun, ExtractionRun
from extraction.run_changes import CenterChanges, changes_of


def run_document(
    run: ExtractionRun, parts: list[CenterRun], times: Mapping[str, PhaseTimes], files: list[Path], seconds: float
) -> dict[str, Any]:
    """The run with each center's part; `seconds` is the wall time of the command, `times` by center id. Counts only."""
    changes = changes_of(run, EVERYTHING, most_listed=None)
    return {
        "run": run.pk,
        "state": run.state,
        "mode": run.mode,
        "date_from": run.date_from.isoformat(),
        "date_to": run.date_to.isoformat(),
        "seconds": round(seconds, 3),
        "files": [str(file) for file in files],
        "centers": [
            {
                "id": part.center.center_id,
                "name": part.center.name,
                "state": part.state,
                "days": part.day_count,
                "landed_days": part.slice_count,
                "count": part.entry_count,
                "undated": part.undated_count,
                "duration": part.duration_seconds,
                # Seconds; nothing for what a worker of another queue has read.
                "phases": _rounded(times.get(part.center.center_id)),
                "cause": part.error_kind or None,
                "error": part.error_message or None,
                "changes": _changes(changes.get(part.center_id)),
            }
            for part in parts
        ],
    }


def _changes(found: CenterChanges | None) -> list[dict[str, Any]]:
    """What the run found changed on days that had landed before: counts of rows, never a value."""
    return [
        {
            "date": day.day.isoformat(),
            "added": day.rows.added,
            "removed": day.rows.removed,
            "changed": day.rows.changed,
            "before": day.count_before,
            "after": day.count_after,
            "other_mapping": day.is_remapped,
        }
        for day in (found.days if found else ())
    ]


def _rounded(times: PhaseTimes | None) -> dict[str, float] | None:
    return {name: round(seconds, 6) for name, seconds in times.by_name().items()} if times else None
