"""The options of making and of serving a network, for all commands that do so (*pure*)."""

from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import date
from typing import Any

from dentalhub.sandbox.business_days import last_business_days
from dentalhub.sandbox.options import Fault, FaultKind, NetworkOptions, ServeOptions


def add_network_arguments(parser: ArgumentParser, *, days: int) -> None:
    """Add the options that ``network_options`` reads; ``days`` is the default of one of them."""
    parser.add_argument("--centers", type=int, default=30, help="number of centers (default: 30)")
    parser.add_argument("--seed", type=int, default=7, help="another seed makes another network (default: 7)")
    parser.add_argument("--rows-per-day", type=int, default=8, help="mean chart entries per center and day")
    parser.add_argument("--days", type=int, default=days, help="business days of data (default: %(default)s)")


def network_options(
    given: Mapping[str, Any], yesterday: date, *, servers: int, one_server_per_center: bool = False
) -> NetworkOptions:
    """The options as given, with data until the last business day; raises ValueError with a sentence."""
    (until,) = last_business_days(yesterday, 1)
    return NetworkOptions(
        until=until,
        centers=given["centers"],
        servers=min(servers, max(1, given["centers"])),
        seed=given["seed"],
        rows_per_day=given["rows_per_day"],
        days=given["days"],
        one_server_per_center=one_server_per_center,
    )


def add_serve_arguments(parser: ArgumentParser) -> None:
    """Add the options that ``serve_options`` reads."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=0, help="port of the first server; 0 takes free ports")
    parser.add_argument("--login-latency", type=int, default=0, metavar="MS", help="delay of each login")
    parser.add_argument("--query-latency", type=int, default=0, metavar="MS", help="delay of each query")
    parser.add_argument("--slow-seconds", type=float, default=3.0, help="delay of a query of a slow center")
    fault = parser.add_argument(
        "--fault", action="append", default=[], metavar="CENTER=KIND", help="make a center misbehave: %(kinds)s"
    )
    # argparse fills a help text with what its action has, after somebody may have translated it.
    vars(fault)["kinds"] = ", ".join(kind.value for kind in FaultKind)
    parser.add_argument("--encryption", choices=("on", "off"), default="on", help="offer TLS (default: on)")
    parser.add_argument("--statement-log", action="store_true", help="log the text of each statement")


def serve_options(given: Mapping[str, Any]) -> ServeOptions:
    """The options as given; raises ValueError with a sentence."""
    return ServeOptions(
        host=given["host"],
        port=given["port"],
        login_latency_ms=given["login_latency"],
        query_latency_ms=given["query_latency"],
        slow_seconds=given["slow_seconds"],
        faults=tuple(Fault.parse(text) for text in given["fault"]),
        encryption=given["encryption"],
        statement_log=given["statement_log"],
    )


def serve_arguments(options: ServeOptions) -> list[str]:
    """The command line that says the same."""
    arguments = [f"--host={options.host}", f"--port={options.port}"]
    arguments += [f"--login-latency={options.login_latency_ms}", f"--query-latency={options.query_latency_ms}"]
    arguments += [f"--slow-seconds={options.slow_seconds}", f"--encryption={options.encryption}"]
    arguments += [f"--fault={fault.center_id}={fault.kind.value}" for fault in options.faults]
    return [*arguments, "--statement-log"] if options.statement_log else arguments
