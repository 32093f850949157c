import pytest
from django.contrib.auth.models import User

from centers.centers_export import export_centers
from centers.centers_import import apply_import, read_centers_file
from centers.exceptions import ImportFileError
from centers.import_plan import Action, FieldChange, PlannedObject, plan_import
from centers.models import Center, DatabaseServer, Region
from dentalhub.models import AuditEvent
from tests.centers.makers import make_center

pytestmark = pytest.mark.django_db

HEAD = 'database: {host: localhost, port: 1434, user: u, password: "env:IVORIS_PASSWORD"}\ncenters:\n'
FIRST = "  - {id: c1, name: Anna, database: D1, city: Berlin}\n"
SECOND = "  - {id: c2, name: Bert, database: D2}\n"


def run_import(text: str) -> list[PlannedObject]:
    return list(apply_import(read_centers_file(text)).objects)


def actions(objects: list[PlannedObject]) -> dict[str, Action]:
    return {f"{planned.model}:{planned.code}": planned.action for planned in objects}


def test_import_creates_region_server_and_centers() -> None:
    assert actions(run_import(HEAD + FIRST + SECOND)) == {
        "region:default": Action.CREATE,
        "server:default": Action.CREATE,
        "center:c1": Action.CREATE,
        "center:c2": Action.CREATE,
    }
    server = DatabaseServer.objects.get()
    assert (server.code, server.host, server.port, server.credential) == (
        "default",
        "localhost",
        1434,
        "env:IVORIS_PASSWORD",
    )
    assert list(Center.objects.values_list("center_id", "name", "database", "city", "search_text")) == [
        ("c1", "Anna", "D1", "Berlin", "c1 anna berlin"),
        ("c2", "Bert", "D2", "", "c2 bert"),
    ]


def test_import_twice_changes_nothing() -> None:
    run_import(HEAD + FIRST + SECOND)
    events = AuditEvent.objects.count()
    again = run_import(HEAD + FIRST + SECOND)
    assert {planned.action for planned in again} == {Action.KEEP}
    assert (Center.objects.count(), AuditEvent.objects.count()) == (2, events)


def test_plan_says_what_changes_and_changes_nothing() -> None:
    run_import(HEAD + FIRST)
    plan = plan_import(read_centers_file(HEAD + FIRST.replace("Anna", "Anne") + SECOND))
    assert plan.objects == (
        PlannedObject("server", "default", Action.KEEP),
        PlannedObject("center", "c1", Action.CHANGE, (FieldChange("name", "Anna", "Anne"),)),
        PlannedObject("center", "c2", Action.CREATE),
    )
    assert (plan.created, plan.changed, plan.unchanged, plan.changes_nothing) == (1, 1, 0, False)
    assert list(Center.objects.values_list("name", flat=True)) == ["Anna"]


def test_import_leaves_what_the_file_does_not_name() -> None:
    run_import(HEAD + FIRST)
    Center.objects.update(state="paused")
    DatabaseServer.objects.update(max_connections=3)
    run_import(HEAD + "  - {id: c1, name: Anne, database: D1}\n")
    center = Center.objects.select_related("server").get()
    assert (center.name, center.city, center.state, center.server.max_connections) == ("Anne", "Berlin", "paused", 3)


def test_import_records_each_change(admin: User) -> None:
    apply_import(read_centers_file(HEAD + FIRST), admin)
    assert list(AuditEvent.objects.order_by("pk").values_list("action", "actor_name")) == [
        ("region.created", "admin"),
        ("server.created", "admin"),
        ("center.created", "admin"),
    ]


def test_import_that_fails_half_way_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    file = read_centers_file(HEAD + FIRST + SECOND)
    save = Center.save

    def failing(self: Center, *args: object, **kwargs: object) -> None:
        if self.center_id == "c2":
            raise RuntimeError("disk full")
        save(self)

    monkeypatch.setattr(Center, "save", failing)
    with pytest.raises(RuntimeError):
        apply_import(file)
    assert (Region.objects.count(), DatabaseServer.objects.count(), Center.objects.count()) == (0, 0, 0)
    assert AuditEvent.objects.count() == 0


def test_import_of_an_invalid_file_changes_nothing() -> None:
    with pytest.raises(ImportFileError):
        run_import(HEAD + FIRST + "  - {id: c2}\n")
    assert Region.objects.count() == 0


def test_import_lets_two_centers_swap_their_databases() -> None:
    run_import(HEAD + FIRST + SECOND)
    run_import(HEAD + FIRST.replace("D1", "D2") + SECOND.replace("D2", "D1"))
    assert list(Center.objects.values_list("center_id", "database")) == [("c1", "D2"), ("c2", "D1")]


def test_import_of_the_database_of_another_center_names_it() -> None:
    run_import(HEAD + FIRST)
    with pytest.raises(ImportFileError) as caught:
        run_import(HEAD + SECOND.replace("D2", "d1"))
    assert [(problem.line, problem.message) for problem in caught.value.problems] == [
        (3, "c2: its database belongs to c1 already.")
    ]


def test_import_of_a_template_renders_it_first() -> None:
    loop = '{% for n in range(1, 101) %}  - {id: "c{{ n }}", name: "P{{ n }}", database: "D{{ n }}"}\n{% endfor %}'
    apply_import(read_centers_file(HEAD + loop, is_template=True))
    assert Center.objects.count() == 100


def test_export_and_import_again_changes_nothing() -> None:
    make_center(name="Zahnärzte: „am See“ #1", city="Zürich")
    paused = make_center("c2")
    paused.state = "paused"
    paused.save()
    DatabaseServer.objects.update(
        encrypt="no", tls="trusted", login_timeout=7, isolation="SNAPSHOT", read_only_intent=False
    )
    text = export_centers()
    assert {planned.action for planned in run_import(text)} == {Action.KEEP}
    before = list(Center.objects.values("center_id", "name", "city", "database", "state", "adapter"))
    servers = list(DatabaseServer.objects.values())
    Center.objects.all().delete()
    DatabaseServer.objects.all().delete()
    Region.objects.all().delete()
    run_import(text)
    assert list(Center.objects.values("center_id", "name", "city", "database", "state", "adapter")) == before
    ignored = {"id": 0, "region_id": 0}
    assert [{**row, **ignored} for row in DatabaseServer.objects.values()] == [{**row, **ignored} for row in servers]
