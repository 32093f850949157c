"""The tests' practice network on a real SQL Server, named by `DENTALHUB_TEST_SERVER`."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

import yaml

from dentalhub.sandbox.network import Network


def create_databases(url: str, network: Network) -> tuple[str, Path]:
    """Create the network's databases on the server at `mssql://user:password@host:port`.

    Returns the password and a centers file that leads every center to that server. The server's certificate is not
    verified: a container's is its own.
    """
    from dentalhub.sandbox.real_server import create_on_server

    parts = urlsplit(url)
    host, port = parts.hostname or "localhost", parts.port or 1433
    user, password = unquote(parts.username or "sa"), unquote(parts.password or "")
    create_on_server(host=host, port=port, user=user, password=password, network=network)
    regions = {server.name: server.region for server in network.servers}
    document = {
        "regions": {region: {"name": region.title()} for region in sorted(set(regions.values()))},
        "servers": {
            name: {
                "region": region,
                "host": host,
                "port": port,
                "user": user,
                "password": "env:IVORIS_PASSWORD",
                "trust_server_certificate": True,
            }
            for name, region in regions.items()
        },
        "centers": [
            {
                "id": item.center_id,
                "name": item.name,
                "city": item.city,
                "database": item.database,
                "server": item.server,
            }
            for item in network.centers
        ],
    }
    path = network.directory / "real_server_centers.yml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    return password, path
