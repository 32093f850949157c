"""The options of serving a network, for ``python -m dentalhub.sandbox`` and the management command alike (*pure*)."""

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from dentalhub.sandbox.options import Fault, FaultKind, ServeOptions


def add_serve_arguments(parser: ArgumentParser) -> None:
    """Add the options that ``serve_options`` reads."""
    known = ", ".join(kind.value for kind in FaultKind)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=0, help="port of the first server; 0 takes free ports")
    parser.add_argument("--login-latency", type=int, default=0, metavar="MS", help="delay of each login")
    parser.add_argument("--query-latency", type=int, default=0, metavar="MS", help="delay of each query")
    parser.add_argument("--slow-seconds", type=float, default=3.0, help="delay of a query of a slow center")
    parser.add_argument(
        "--fault", action="append", default=[], metavar="CENTER=KIND", help=f"make a center misbehave: {known}"
    )
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
