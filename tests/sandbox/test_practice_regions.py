"""Generated practices on real servers: regions, logins and the file to import."""

import pytest
import yaml

from dentalhub.sandbox.options import NetworkOptions
from dentalhub.sandbox.practice_regions import centers_file, plan_regions
from tests.sandbox.generated_network import FRIDAY

OPTIONS = NetworkOptions(until=FRIDAY)


def test_thirty_centers_are_in_three_regions() -> None:
    regions = plan_regions(OPTIONS, ())
    assert {region.region: len(region.centers) for region in regions} == {"germany": 20, "austria": 5, "switzerland": 5}
    countries = {region.region: {center.country for center in region.centers} for region in regions}
    assert countries == {"germany": {"DE"}, "austria": {"AT"}, "switzerland": {"CH"}}


def test_each_region_has_its_own_login_password_and_databases() -> None:
    germany, austria = plan_regions(OPTIONS, ("germany", "austria"))
    assert (germany.login, germany.password_file) == ("svc_extract_germany", "ivoris_germany")
    assert (austria.login, austria.password_file) == ("svc_extract_austria", "ivoris_austria")
    assert set(germany.databases) & set(austria.databases) == set()


def test_unknown_region_is_named_with_those_that_there_are() -> None:
    with pytest.raises(ValueError, match=r"no region france; there are germany, austria, switzerland\.$"):
        plan_regions(OPTIONS, ("germany", "france"))


def test_file_leads_each_center_to_the_server_with_its_region_login() -> None:
    document = yaml.safe_load(centers_file(plan_regions(OPTIONS, ()), "sqlserver", 1433))
    assert list(document["regions"]) == ["germany", "austria", "switzerland"]
    assert document["servers"]["practices-austria"] == {
        "region": "austria",
        "host": "sqlserver",
        "port": 1433,
        "user": "svc_extract_austria",
        "password": "file:ivoris_austria",
        "driver": "ODBC Driver 18 for SQL Server",
        "encrypt": "yes",
    }
    assert [center["id"] for center in document["centers"]] == [f"center_{number:02d}" for number in range(1, 31)]


def test_file_of_one_region_names_no_other() -> None:
    document = yaml.safe_load(centers_file(plan_regions(OPTIONS, ("austria",)), "sqlserver-austria", 1433))
    assert (list(document["regions"]), list(document["servers"])) == (["austria"], ["practices-austria"])
    assert len(document["centers"]) == 5
