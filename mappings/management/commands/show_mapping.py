"""`show_mapping`: where the mappings stand, or what one of them says."""

import json
from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext as _

from centers.models import Center
from mappings.center_list import STATE_LABELS, STATE_OF_ORDER, centers_with_mappings
from mappings.command_choices import chosen_centers, chosen_version
from mappings.diff import changes, diff
from mappings.document import MappingDocument
from mappings.file_transfer import export_text
from mappings.mapping_text import diff_lines, mapping_lines
from mappings.models import Mapping
from mappings.queries import approved_mapping
from mappings.version_option import VersionCommand


class Command(VersionCommand):
    """Without an id: one line per center."""

    help = "Show a center's mapping, or where the mappings of all centers stand."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("center_id", nargs="?", metavar="ID")
        parser.add_argument("--version", dest="number", type=int, metavar="N", help="default: approved, else newest")
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.add_argument("--diff", action="store_true", help="what differs from the approved version")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["center_id"]:
            self._overview(as_json=options["json"])
            return
        center = chosen_centers([options["center_id"]])[0]
        mapping = chosen_version(center, options["number"])
        if options["diff"]:
            self._diff(center, mapping, as_json=options["json"])
        elif options["json"]:
            self.stdout.write(export_text(mapping), ending="")
        else:
            text = _("%(id)s version %(version)s, %(status)s")
            status = mapping.get_status_display()
            self.stdout.write(text % {"id": center.center_id, "version": mapping.version, "status": status})
            self.stdout.write("\n".join(mapping_lines(mapping.document())))

    def _overview(self, *, as_json: bool) -> None:
        rows = [
            {
                "center_id": center.center_id,
                "state": STATE_OF_ORDER[center.state_order],
                "open_version": center.open_version,
                "approved_version": center.approved_version,
            }
            for center in centers_with_mappings()
        ]
        if as_json:
            self.stdout.write(json.dumps(rows, indent=2))
            return
        for row in rows:
            versions = [row["open_version"], row["approved_version"]]
            shown = " ".join(f"v{version}" for version in versions if version)
            self.stdout.write(f"{row['center_id']}  {STATE_LABELS[row['state']]}  {shown}".rstrip())

    def _diff(self, center: Center, mapping: Mapping, *, as_json: bool) -> None:
        approved = approved_mapping(center)
        before = approved.document() if approved else MappingDocument((), ())
        rows = changes(diff(before, mapping.document()))
        if as_json:
            data = [{"field": row.field, "before": row.before, "after": row.after, "kind": row.kind} for row in rows]
            self.stdout.write(json.dumps(data, ensure_ascii=False, indent=2))
            return
        self.stdout.write("\n".join(diff_lines(rows)) or _("Nothing differs."))
