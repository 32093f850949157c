"""Regions, servers and centers for tests."""

from centers.models import Center, DatabaseServer, Region
from centers.server_spec import ServerSpec

SPEC = ServerSpec(host="localhost", port=1433, user="svc_extract", credential="env:IVORIS_PASSWORD")


def make_region(code: str = "germany", name: str = "Germany") -> Region:
    return Region.objects.create(code=code, name=name)


def make_server(code: str = "berlin", region: Region | None = None, port: int = 1433) -> DatabaseServer:
    return DatabaseServer.objects.create(
        code=code,
        region=region or Region.objects.filter(code="germany").first() or make_region(),
        host="localhost",
        port=port,
        user="svc_extract",
        credential="env:IVORIS_PASSWORD",
    )


def make_center(
    center_id: str = "center_01",
    name: str = "Praxis Müller",
    server: DatabaseServer | None = None,
    database: str = "",
    city: str = "Berlin",
) -> Center:
    return Center.objects.create(
        center_id=center_id,
        name=name,
        city=city,
        server=server or DatabaseServer.objects.first() or make_server(),
        database=database or f"DB_{center_id}",
    )
