"""The frozen description of a database server. *Pure*."""

from dataclasses import dataclass

DEFAULT_DRIVER = "ODBC Driver 18 for SQL Server"


@dataclass(frozen=True, slots=True)
class ServerSpec:
    """Everything that a connection needs; two centers with equal specs share connections."""

    host: str
    port: int
    user: str
    credential: str
    driver: str = DEFAULT_DRIVER
    encrypt: str = "yes"
    trust_server_certificate: bool = False
    host_name_in_certificate: str = ""
    isolation: str = "READ UNCOMMITTED"
    login_timeout: int = 10
    query_timeout: int = 30
    lock_timeout_ms: int = 5000
    max_connections: int = 20
