"""Serves a network until told to stop; speaks JSON lines on standard output, and on request on standard input."""

import asyncio
import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dentalhub.sandbox.network import load_network
from dentalhub.sandbox.options import FaultKind, ServeOptions
from dentalhub.sandbox.server import Sandbox, ensure_password


def serve(
    directory: Path,
    options: ServeOptions,
    *,
    password_file: Path | None = None,
    is_controlled: bool = False,
    announce: Callable[[Sandbox], None] | None = None,
) -> None:
    """Serve the network in ``directory`` until SIGINT or SIGTERM.

    A controlled sandbox also takes faults as JSON lines on standard input, and stops when that is closed. Raises
    FileNotFoundError or ValueError without a network, OSError when a port is taken.
    """
    network = load_network(directory)
    sandbox = Sandbox(network, options, ensure_password(directory, password_file))
    asyncio.run(_serve(sandbox, announce or announce_as_json, is_controlled=is_controlled))


def announce_as_json(sandbox: Sandbox) -> None:
    """One line that says where everything is; the password stays in its file."""
    directory = sandbox.network.directory.resolve()
    logins = {listener.group.login for listener in sandbox.listeners}
    _print_line(
        {
            "ports": sandbox.ports,
            "user": min(logins),
            "ca_file": str(directory / "tls" / "ca.pem"),
            "centers_yml": str(directory / "centers.yml"),
        }
    )


async def _serve(sandbox: Sandbox, announce: Callable[[Sandbox], None], *, is_controlled: bool) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    await sandbox.start()
    announce(sandbox)
    control = loop.create_task(_take_orders(sandbox, stopped)) if is_controlled else None
    await stopped.wait()
    if control is not None:
        control.cancel()
    await sandbox.stop()


async def _take_orders(sandbox: Sandbox, stopped: asyncio.Event) -> None:
    """Carry out orders, one JSON line each; the end of input ends the sandbox.

    ``{"center_id": ..., "fault": kind or null}`` changes a fault. ``{"ask": "logins"}`` answers with the login attempts
    of each server entry, ``{"done": true, "logins": {...}}``.
    """
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        try:
            _print_line({"done": True, **await _carry_out(sandbox, json.loads(line))})
        except (ValueError, KeyError, TypeError, OSError) as error:
            _print_line({"done": False, "error": str(error)})
    stopped.set()


async def _carry_out(sandbox: Sandbox, order: dict[str, Any]) -> dict[str, Any]:
    """What the order asked for; raises KeyError, TypeError or ValueError for one that cannot be carried out."""
    if "ask" in order:
        if order["ask"] != "logins":
            raise ValueError("Only the logins can be asked for.")
        return {"logins": sandbox.logins}
    await sandbox.set_fault(order["center_id"], FaultKind(order["fault"]) if order["fault"] else None)
    return {}


def _print_line(document: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(document) + "\n")
    sys.stdout.flush()
