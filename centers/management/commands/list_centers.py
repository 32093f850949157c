"""`list_centers`: what is configured."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from centers.models import Center

COLUMNS = ("id", "name", "city", "region", "server", "database", "software", "state")


class Command(BaseCommand):
    """One line per center; prints no secret, because none is stored."""

    help = "List all centers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON instead of a table")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = [_row(center) for center in Center.objects.select_related("server__region").order_by("center_id")]
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
            return
        widths = {column: max([len(column), *(len(row[column]) for row in rows)]) for column in COLUMNS}
        for row in [{column: column.upper() for column in COLUMNS}, *rows]:
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
