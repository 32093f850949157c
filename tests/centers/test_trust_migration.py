"""What becomes of servers that were trusted before approvals existed."""

import datetime as dt
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

migration = import_module("centers.migrations.0005_tls_policies")


class Row(SimpleNamespace):
    def save(self, update_fields: list[str]) -> None:
        self.saved = update_fields


class OldApps:
    """The models as the migration sees them, of one server."""

    def __init__(self, **server: object) -> None:
        self.server = Row(host="SQL.practice.example", port=1433, tls="verified", saved=None, **server)
        self.trusts: list[dict[str, Any]] = []

    def get_model(self, _app: str, name: str) -> Any:
        objects = {
            "DatabaseServer": SimpleNamespace(all=lambda: [self.server]),
            "TlsTrust": SimpleNamespace(create=lambda **fields: self.trusts.append(fields)),
        }
        return SimpleNamespace(objects=objects[name])


@pytest.mark.parametrize(
    ("encrypt", "was_trusted", "is_carried_over"),
    [("yes", False, False), ("yes", True, True), ("strict", True, False), ("no", False, True), ("no", True, True)],
)
def test_trusted_server_goes_on_for_14_days(encrypt: str, was_trusted: bool, is_carried_over: bool) -> None:
    apps = OldApps(encrypt=encrypt, trust_server_certificate=was_trusted)
    migration.carry_over(apps, None)
    assert (apps.server.tls, len(apps.trusts)) == (("trusted", 1) if is_carried_over else ("verified", 0))
    if is_carried_over:
        assert apps.server.trust_place == f"sql.practice.example:1433 {encrypt}"
        left = apps.server.trust_expires_at - timezone.now()
        assert dt.timedelta(days=13, hours=23) < left <= dt.timedelta(days=14)
        assert (apps.trusts[0]["state"], "requested_by" in apps.trusts[0]) == ("approved", False)
