"""`show_drift`: how far the newest snapshots are from the approved mappings."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from centers.models import Center
from mappings.command_choices import chosen_centers
from mappings.drift import Change
from mappings.drift_state import CenterDrift, center_drift
from mappings.enums import DriftState


class Command(BaseCommand):
    """Exit codes: 0 shown, whatever the drift is; 2 bad usage. Nothing is read from a source."""

    help = gettext_noop("Show what changed in the sources since their mappings were approved.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "-c", "--center", action="append", metavar="ID", help=_("only this center; may be repeated")
        )
        parser.add_argument("--json", action="store_true", help=_("print JSON"))

    def handle(self, *args: Any, **options: Any) -> None:
        centers = chosen_centers(options["center"])
        if options["json"]:
            rows = [_document(center, center_drift(center)) for center in centers]
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
            return
        breaking = drifted = 0
        for center in centers:
            found = center_drift(center)
            state = found.drift.state if found else DriftState.NONE
            breaking += state == DriftState.BREAKING
            drifted += state == DriftState.DRIFT
            if found is not None and state != DriftState.NONE:
                self._show(center, found)
            elif options["center"]:
                self.stdout.write(f"{center.center_id}: {state.label}")
        text = _("%(all)s centers: %(breaking)s with breaking drift, %(drifted)s with drift that breaks nothing.")
        self.stdout.write(text % {"all": len(centers), "breaking": breaking, "drifted": drifted})

    def _show(self, center: Center, found: CenterDrift) -> None:
        text = _("%(id)s: %(state)s since version %(version)s")
        names = {"id": center.center_id, "state": found.drift.state.label, "version": found.approved.version}
        self.stdout.write(text % names)
        for change in found.drift.changes:
            self.stdout.write(f"  {_line(change)}")


def _line(change: Change) -> str:
    names = change.before if not change.after else f"{change.before} -> {change.after}"
    effect = _("breaking") if change.is_breaking else _("not breaking")
    return f"{change.field}  {change.kind.label}  {names}  ({effect}: {change.sentence})"


def _document(center: Center, found: CenterDrift | None) -> dict[str, Any]:
    if found is None:
        return {"center_id": center.center_id, "state": DriftState.NONE.value, "changes": []}
    return {
        "center_id": center.center_id,
        "state": found.drift.state.value,
        "approved_version": found.approved.version,
        "approved_fingerprint": found.approved.snapshot.fingerprint,
        "newest_fingerprint": found.snapshot.fingerprint,
        "changes": [
            {
                "field": change.field,
                "kind": change.kind.value,
                "before": change.before,
                "after": change.after,
                "is_breaking": change.is_breaking,
                "sentence": change.sentence,
                "candidates": list(change.candidates),
            }
            for change in found.drift.changes
        ],
        "unused": asdict(found.drift.unused),
    }
