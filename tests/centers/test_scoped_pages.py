"""People who see one region of two: what they find, what they may enter, and what a file of theirs may touch."""

from collections.abc import Callable

import pytest
import yaml
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.test import Client

from centers.centers_export import export_centers
from centers.centers_import import apply_import, read_centers_file
from centers.exceptions import ImportFileError
from centers.models import Center, Region
from centers.scope import scope_of
from centers.scope_changes import may_change_scope, set_scope
from centers.selection import UnknownCenterError, centers_by_id
from tests.centers.makers import make_center, make_region, make_server
from tests.centers.test_edit_views import SERVER_FIELDS, center_fields
from tests.scopes import sees

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture
def south() -> Center:
    """A center of the region that the admin does not see."""
    region = make_region("austria", "Austria")
    return make_center("vienna_01", "Praxis Wien", make_server("vienna", region))


@pytest.fixture
def as_admin(admin: User, client_of: SignIn, south: Center) -> Client:
    """An admin of Germany, who has a center there."""
    center = make_center("berlin_01", "Praxis Berlin", make_server())
    return client_of(sees(admin, center.server.region))


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


@pytest.mark.parametrize("address", ["/centers/", "/centers/servers/", "/centers/new/", "/centers/servers/new/"])
def test_page_names_nothing_of_another_region(as_admin: Client, address: str) -> None:
    text = page(as_admin, address)
    assert "vienna" not in text
    assert "austria" not in text.lower()


def test_list_finds_the_own_region_only(as_admin: Client) -> None:
    assert "berlin_01" in page(as_admin, "/centers/")
    assert "berlin_01" in page(as_admin, "/centers/?region=germany")
    assert "vienna_01" not in page(as_admin, "/centers/?q=wien")
    assert "vienna_01" not in page(as_admin, "/centers/?region=austria")


@pytest.mark.parametrize(
    "address",
    [
        *("/centers/id/vienna_01/", "/centers/id/vienna_01/edit/", "/centers/servers/vienna/edit/"),
        "/centers/regions/austria/edit/",
    ],
)
def test_object_of_another_region_is_not_found(as_admin: Client, address: str) -> None:
    assert as_admin.get(address).status_code == 404


@pytest.mark.parametrize("step", ["test", "pause", "resume", "closing-days"])
def test_nothing_is_done_to_a_center_of_another_region(as_admin: Client, south: Center, step: str) -> None:
    before = Center.objects.values().get(pk=south.pk)
    assert as_admin.post(f"/centers/id/vienna_01/{step}/", {"closing_days": "2026-12-24 X"}).status_code == 404
    assert Center.objects.values().get(pk=south.pk) == before


def test_center_cannot_be_put_on_a_server_of_another_region(as_admin: Client, south: Center) -> None:
    response = as_admin.post("/centers/new/", center_fields(south.server))
    assert (response.status_code, Center.objects.count()) == (422, 2)


def test_server_cannot_be_put_into_another_region(as_admin: Client) -> None:
    fields = {**SERVER_FIELDS, "code": "new", "credential": "env:IVORIS_PASSWORD"}
    answers = [
        as_admin.post("/centers/servers/new/", {**fields, "region": Region.objects.get(code=code).pk}).status_code
        for code in ("austria", "germany")
    ]
    assert answers == [422, 302]


def test_region_is_added_by_who_sees_all(as_admin: Client) -> None:
    assert as_admin.get("/centers/regions/new/").status_code == 403
    assert "/centers/regions/new/" not in page(as_admin, "/centers/servers/")


def test_export_holds_the_own_region(as_admin: Client, admin: User) -> None:
    written = yaml.safe_load(as_admin.get("/centers/export/").content)
    assert (list(written["regions"]), list(written["servers"])) == (["germany"], ["berlin"])
    assert [center["id"] for center in written["centers"]] == ["berlin_01"]
    assert apply_import(read_centers_file(export_centers(admin), actor=admin), admin).changes_nothing


FILE = """\
regions:
  germany: {name: Germany}
servers:
  berlin: {region: germany, host: localhost, user: svc, password: "env:IVORIS_P"}
centers:
  - {id: berlin_01, name: Praxis Berlin, server: berlin, database: DB_berlin_01}
"""


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "  germany: {name: Germany}",
            "  austria: {name: Mine}\n  germany: {name: Germany}",
            (2, "austria is outside"),
        ),
        (
            "  germany: {name: Germany}",
            "  swiss: {name: Mine}\n  germany: {name: Germany}",
            (2, "swiss: only who sees"),
        ),
        (
            "  berlin: {",
            '  vienna: {region: germany, host: h, user: u, password: "env:IVORIS_P"}\n  berlin: {',
            (4, "vienna is"),
        ),
        ("  - {id: berlin_01, name: Praxis Berlin", "  - {id: vienna_01, name: Mine", (6, "vienna_01 is outside")),
        ("server: berlin", "server: vienna", (6, "Unknown server vienna. Known are: berlin.")),
        ("region: germany, ", "region: austria, ", (4, "Unknown region austria. Known are: germany.")),
    ],
)
def test_file_that_touches_another_region_is_refused(
    as_admin: Client, admin: User, old: str, new: str, problem: tuple[int, str]
) -> None:
    with pytest.raises(ImportFileError) as refused:
        apply_import(read_centers_file(FILE.replace(old, new), actor=admin), admin)
    ((line, text),) = [(found.line, found.message) for found in refused.value.problems]
    assert (line, text[: len(problem[1])]) == problem
    response = as_admin.post("/centers/import/", {"text": FILE.replace(old, new), "action": "import"})
    assert response.status_code == 422


def test_unknown_center_is_answered_without_names_of_another_region(as_admin: Client, admin: User) -> None:
    assert [center.center_id for center in centers_by_id(["berlin_01"], scope_of(admin))] == ["berlin_01"]
    with pytest.raises(UnknownCenterError) as unknown:
        centers_by_id(["vienna_01"], scope_of(admin))
    assert "vienna_01" not in unknown.value.suggestions


def test_who_has_no_region_is_told_whom_to_ask(analyst: User, client_of: SignIn, south: Center) -> None:
    text = page(client_of(sees(analyst)), "/centers/")
    assert "You see no region yet" in text
    assert "vienna_01" not in text


def test_nobody_gives_or_takes_more_regions_than_they_have(admin: User, analyst: User, south: Center) -> None:
    austria, germany = south.server.region, make_region()
    sees(admin, germany)
    sees(analyst, germany, austria)
    assert not may_change_scope(admin, analyst, scope_of(admin))
    for wanted in ({"all_regions": True}, {"regions": [austria]}):
        with pytest.raises(PermissionDenied):
            set_scope(User.objects.create_user("new" + next(iter(wanted))), **wanted, actor=admin)
    sees(analyst)
    set_scope(analyst, regions=[germany], actor=admin)
    assert scope_of(analyst).region_ids == {germany.pk}
