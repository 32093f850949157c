"""How quickly the screens of reviewers answer, run by hand:

    .venv/bin/python -m tests.benchmarks.review_speed
    .venv/bin/python -m tests.benchmarks.review_speed --profile

The server time of a request is measured in the process that asks, with all middleware and templates, on a database file
of its own, by the clock and in time of a core. The lists are measured with the stored digests and without any, in
turns, so that a noisy machine disturbs both; the ratio of their medians is the figure.
"""

import argparse
import cProfile
import gc
import os
import pstats
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from unittest.mock import patch

if TYPE_CHECKING:
    from django.test import Client

_SLOWEST = 35


def main() -> None:
    """Make the centers, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=150)
    parser.add_argument("--open", type=int, default=500, help="versions that wait")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--profile", action="store_true", help="print where the time of the review page goes")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        client = _set_up(Path(folder))
        _measure_pages(client, chosen.tables, chosen.rounds, is_profiled=chosen.profile)
        if chosen.open:
            _make_open_versions(chosen.open)
            _measure_lists(client, chosen.rounds)


def _set_up(folder: Path) -> "Client":
    """A fresh database in `folder`, and a browser in which a reviewer is signed in."""
    os.environ["DENTALHUB_DATA_DIR"] = str(folder)
    os.environ.pop("DATABASE_URL", None)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dentalhub.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from django.conf import settings
    from django.test import Client

    from tests.mappings.people import a_reviewer

    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.force_login(a_reviewer("anna"))
    return client


def _measure_pages(client: "Client", tables: int, rounds: int, *, is_profiled: bool) -> None:
    from tests.mappings.large_center import large_mapping

    mapping = large_mapping(tables)
    page = mapping.get_absolute_url()
    facts = f"{mapping.snapshot.table_count} tables, {mapping.snapshot.column_count} columns"
    for name, address in _addresses(page).items():
        times = [_asked(client, address) for _round in range(rounds + 2)][2:]
        size = len(client.get(address).content)
        print(f"{name} ({facts}, {size / 1000:.0f} kB): {_figures(times)}")
    if is_profiled:
        _print_profile(lambda: client.get(page))


def _addresses(page: str) -> dict[str, str]:
    return {"review page": page, "another table": f'{page}tables/KARTEI?KARTEI.table=["ck","LAGER_3_77Z"]'}


def _make_open_versions(count: int) -> None:
    """Centers with an approved version, and a draft of the machine that changes one insurance code."""
    from dataclasses import replace

    from mappings.approval import approve
    from mappings.discovery import store_catalog
    from mappings.versions import new_version, propose_for
    from tests.mappings.catalogs import standard
    from tests.mappings.conftest import make_center
    from tests.mappings.people import a_reviewer

    second = a_reviewer("bela")
    source = standard(affix=True)
    for number in range(100, 100 + count):
        center = make_center(number)
        first = propose_for(center, store_catalog(center, source).snapshot)
        approve(first, second, all_looked_at=True)
        document = first.document()
        codes = (*document.insurance_codes, ("G", "GKV"))
        new_version(center, first.snapshot, replace(document, insurance_codes=codes), author=None, generated=True)


def _measure_lists(client: "Client", rounds: int) -> None:
    from mappings import alike_versions, review_queue
    from mappings.digest import Digest, digest
    from mappings.models import Mapping

    def whole(mapping: Mapping) -> Digest:
        """From the whole document, whatever is stored."""
        return digest(mapping.document())

    for name, address in (("confidence filter", "/review/?confidence=certain"), ("alike list", "/review/alike/")):
        quick, slow = list[Taken](), list[Taken]()
        for _round in range(rounds):
            quick.append(_asked(client, address))
            with patch.object(review_queue, "digest_of", whole), patch.object(alike_versions, "digest_of", whole):
                slow.append(_asked(client, address))
        ratio = statistics.median(item.core for item in slow) / statistics.median(item.core for item in quick)
        print(f"{name}: with digests {_figures(quick)}; without {_figures(slow)}; ratio {ratio:.1f}")


class Taken(NamedTuple):
    """Seconds: by the clock until the answer is complete, and of a core, which others on the machine change less."""

    clock: float
    core: float


def _asked(client: "Client", address: str) -> Taken:
    """What was left by the request before is collected first."""
    gc.collect()
    started, worked = time.perf_counter(), time.process_time()
    response = client.get(address)
    taken = Taken(time.perf_counter() - started, time.process_time() - worked)
    assert response.status_code == 200, response.status_code
    return taken


def _figures(times: Sequence[Taken]) -> str:
    clock, core = [item.clock for item in times], [item.core for item in times]
    return (
        f"median {statistics.median(clock) * 1000:.0f} ms, best {min(clock) * 1000:.0f} ms, "
        f"of a core {statistics.median(core) * 1000:.0f} ms"
    )


def _print_profile(work: Callable[[], object]) -> None:
    profile = cProfile.Profile()
    profile.runcall(work)
    pstats.Stats(profile).sort_stats("cumulative").print_stats(_SLOWEST)


if __name__ == "__main__":
    main()
