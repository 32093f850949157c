"""`show_mapping`: where the mappings stand, or what one of them says."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from centers.models import Center
from centers.scope import EVERYTHING
from mappings.center_list import STATE_LABELS, STATE_OF_ORDER, centers_with_mappings
from mappings.command_choices import chosen_centers, chosen_version
from mappings.comparing import APPROVED, NEWEST, compare
from mappings.diff_document import comparison_text
from mappings.exceptions import ComparisonError
from mappings.file_transfer import export_text
from mappings.mapping_text import comparison_lines, mapping_lines
from mappings.version_option import VersionCommand


class Command(VersionCommand):
    """Without an id: one line per center."""

    help = gettext_noop("Show a center's mapping, or where the mappings of all centers stand.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("center_id", nargs="?", metavar="ID")
        parser.add_argument("--version", dest="number", type=int, metavar="N", help=_("default: approved, else newest"))
        parser.add_argument("--json", action="store_true", help=_("print JSON"))
        parser.add_argument(
            "--diff",
            nargs="?",
            const=APPROVED,
            metavar="WITH",
            help=_("compare with: approved (default), a version's number, snapshot, or another center's id"),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["center_id"]:
            if options["diff"] is not None:
                raise CommandError(_("Name the center to compare."), returncode=2)
            self._overview(as_json=options["json"])
            return
        center = chosen_centers([options["center_id"]])[0]
        if options["diff"] is not None:
            self._diff(center, options["diff"], options["number"], as_json=options["json"])
            return
        mapping = chosen_version(center, options["number"])
        if options["json"]:
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
            for center in centers_with_mappings(EVERYTHING)
        ]
        if as_json:
            self.stdout.write(json.dumps(rows, indent=2))
            return
        for row in rows:
            versions = [row["open_version"], row["approved_version"]]
            shown = " ".join(f"v{version}" for version in versions if version)
            self.stdout.write(f"{row['center_id']}  {STATE_LABELS[row['state']]}  {shown}".rstrip())

    def _diff(self, center: Center, other: str, number: int | None, *, as_json: bool) -> None:
        """What is older, or this center's own, stands on the left."""
        mapping = chosen_version(center, number)
        is_older = other == APPROVED or other.isdecimal()
        own = str(mapping.version) if number is not None or not is_older else NEWEST
        try:
            found = compare(center, other, own) if is_older else compare(center, own, other)
        except ComparisonError as error:
            raise CommandError(str(error), returncode=2) from error
        if as_json:
            self.stdout.write(comparison_text(found), ending="")
        else:
            self.stdout.write("\n".join(comparison_lines(found)))
