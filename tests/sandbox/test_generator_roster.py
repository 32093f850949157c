"""Names, countries, servers and traits of the centers."""

from collections import Counter

import pytest

from dentalhub.sandbox.options import NetworkOptions
from dentalhub.sandbox.roster import plan_roster
from dentalhub.sandbox.traits import FORMS, STANDARD, DateForm
from tests.sandbox.generated_network import FRIDAY, OPTIONS

ROSTER = plan_roster(OPTIONS)


def test_default_network_has_thirty_centers_in_three_countries() -> None:
    assert Counter(center.country for center in ROSTER.centers) == {"DE": 20, "AT": 5, "CH": 5}
    assert [server.name for server in ROSTER.servers] == ["sandbox-germany", "sandbox-austria", "sandbox-switzerland"]
    assert {server.login for server in ROSTER.servers} == {"svc_extract"}


def test_center_is_on_its_regions_server() -> None:
    regions = {server.name: server.region for server in ROSTER.servers}
    assert {(center.country, regions[center.server]) for center in ROSTER.centers} == {
        ("DE", "germany"),
        ("AT", "austria"),
        ("CH", "switzerland"),
    }


def test_ids_and_databases_are_numbered() -> None:
    first, last = ROSTER.centers[0], ROSTER.centers[-1]
    assert (first.center_id, first.database) == ("center_01", "DentalDB_01")
    assert (last.center_id, last.file) == ("center_30", "databases/DentalDB_30.sqlite3")
    many = plan_roster(NetworkOptions(until=FRIDAY, centers=500)).centers
    assert (many[0].center_id, many[-1].database) == ("center_001", "DentalDB_500")


def test_names_are_unique_and_depend_on_the_seed() -> None:
    many = plan_roster(NetworkOptions(until=FRIDAY, centers=500)).centers
    assert len({center.name for center in many}) == 500
    other = plan_roster(NetworkOptions(until=FRIDAY, seed=8))
    assert other.centers != ROSTER.centers


@pytest.mark.parametrize(("centers", "servers"), [(1, 1), (2, 2), (3, 1), (4, 2), (12, 12), (30, 7), (500, 3)])
def test_every_server_has_centers(centers: int, servers: int) -> None:
    roster = plan_roster(NetworkOptions(until=FRIDAY, centers=centers, servers=servers))
    assert len(roster.servers) == servers
    assert {center.server for center in roster.centers} == {server.name for server in roster.servers}


def test_one_server_per_center() -> None:
    options = NetworkOptions(until=FRIDAY, centers=4, servers=1, one_server_per_center=True)
    roster = plan_roster(options)
    assert [center.server for center in roster.centers] == [server.name for server in roster.servers]
    assert len({server.name for server in roster.servers}) == 4


def test_default_network_has_every_trait_once_and_else_standard_centers() -> None:
    counts = Counter(center.trait for center in ROSTER.centers)
    assert counts.pop(STANDARD) == 15
    assert counts == dict.fromkeys(set(FORMS) - {STANDARD}, 1)


def test_most_centers_have_number_dates_and_suffixes() -> None:
    forms = [FORMS[center.trait] for center in ROSTER.centers]
    assert sum(form.dates is DateForm.INT and form.suffixes for form in forms) == 25


def test_large_network_leaves_three_centers_to_a_human() -> None:
    many = plan_roster(NetworkOptions(until=FRIDAY, centers=500)).centers
    assert sorted(center.trait for center in many if center.trait.startswith("ambiguous")) == [
        "ambiguous_date",
        "ambiguous_tables",
        "ambiguous_text",
    ]
