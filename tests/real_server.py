"""The tests' practice network on a real SQL Server, named by `DENTALHUB_TEST_SERVER`."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

import yaml

from centers.server_spec import ServerSpec
from centers.tcp_probe import knock, resolve
from centers.tls_probe import presented_certificate
from dentalhub.sandbox.network import Network


def create_network(url: str, network: Network) -> tuple[str, Path]:
    """Create the network's databases on the server at `mssql://user:password@host:port`.

    Returns the password and a centers file that leads every center to that server. The server's certificate is pinned
    as it shows it now: a container's is its own.
    """
    from dentalhub.sandbox.real_server import Administrator, administrating, create_databases

    parts = urlsplit(url)
    host, port = parts.hostname or "localhost", parts.port or 1433
    user, password = unquote(parts.username or "sa"), unquote(parts.password or "")
    administrator = Administrator(host, port, user, password, verified=False)  # a container's certificate is its own
    with administrating(administrator, network.directory / "odbc") as cursor:
        create_databases(cursor, network.options, network.centers, renew=True)
    spec = ServerSpec(host, port, user, "")
    certificate = presented_certificate(spec, knock(resolve(host, port))).pem
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
                "tls": "pinned",
                "certificate": certificate,
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
