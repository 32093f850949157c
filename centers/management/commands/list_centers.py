"""`list_centers`: what is configured."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from centers.models import Center

COLUMNS = {
    "id": gettext_lazy("ID"),
    "name": gettext_lazy("NAME"),
    "city": gettext_lazy("CITY"),
    "region": gettext_lazy("REGION"),
    "server": gettext_lazy("SERVER"),
    "database": gettext_lazy("DATABASE"),
    "software": gettext_lazy("SOFTWARE"),
    "state": gettext_lazy("STATE"),
}


class Command(BaseCommand):
    """One line per center; prints no secret, because none is stored."""

    help = gettext_noop("List all centers.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help=_("print JSON instead of a table"))

    def handle(self, *args: Any, **options: Any) -> None:
        centers = list(Center.objects.select_related("server__region").order_by("center_id"))
        if options["json"]:
            self.stdout.write(json.dumps([_row(center) for center in centers], ensure_ascii=False, indent=2))
            return
        head = {column: str(title) for column, title in COLUMNS.items()}
        rows = [head, *(_row(center) | {"state": center.get_state_display()} for center in centers)]
        widths = {column: max(len(row[column]) for row in rows) for column in COLUMNS}
        for row in rows:
            self.stdout.write("  ".join(row[column].ljust(widths[column]) for column in COLUMNS).rstrip())


def _row(center: Center) -> dict[str, str]:
    return {
        "id": center.center_id,
        "name": center.name,
        "city": center.city,
        "region": center.server.region.code,
        "server": center.server.code,
        "database": center.database,
        "software": center.adapter,
        "state": center.state,
    }
