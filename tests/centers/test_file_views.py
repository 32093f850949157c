from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from centers.centers_export import export_centers
from centers.models import Center, Region
from tests.centers.makers import make_center

SignIn = Callable[[User], Client]
TEXT = (
    'database: {host: localhost, port: 1434, user: u, password: "env:IVORIS_PASSWORD"}\n'
    "centers:\n  - {id: c1, name: Anna, database: D1}\n"
)


@pytest.fixture
def as_admin(client_of: SignIn, admin: User) -> Client:
    return client_of(admin)


def test_import_check_shows_the_plan_and_changes_nothing(as_admin: Client) -> None:
    response = as_admin.post("/centers/import/", {"text": TEXT, "action": "check"})
    html = response.content.decode()
    assert response.status_code == 200
    assert "Centers: 1 to create, 0 to change, 0 unchanged." in html
    assert 'value="import"' in html
    assert Region.objects.count() == 0


def test_import_imports_and_leads_to_the_list(as_admin: Client) -> None:
    response = as_admin.post("/centers/import/", {"text": TEXT, "action": "import"}, follow=True)
    assert response.redirect_chain == [("/centers/", 302)]
    assert "Centers: 1 created, 0 changed, 0 unchanged." in response.content.decode()
    assert list(Center.objects.values_list("center_id", flat=True)) == ["c1"]


@pytest.mark.parametrize("action", ["check", "import"])
def test_import_of_a_wrong_file_lists_every_problem(as_admin: Client, action: str) -> None:
    text = TEXT.replace("port: 1434", "port: x") + "  - {id: c2}\n"
    response = as_admin.post("/centers/import/", {"text": text, "action": action})
    html = response.content.decode()
    assert response.status_code == 422
    assert "port must be a whole number." in html
    assert "The key name is missing." in html
    assert "3 problems" in html
    assert Region.objects.count() == 0


def test_import_of_an_uploaded_template_renders_it(as_admin: Client) -> None:
    text = TEXT.replace("c1", "{{ 'c' ~ 7 }}")
    upload = SimpleUploadedFile("centers.yml.j2", text.encode())
    checked = as_admin.post("/centers/import/", {"upload": upload, "action": "check"})
    assert checked.context["form"].initial == {"text": text, "template": True}
    as_admin.post("/centers/import/", {"text": text, "template": "on", "action": "import"})
    assert list(Center.objects.values_list("center_id", flat=True)) == ["c7"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "Choose a file or paste its text."),
        ({"upload": SimpleUploadedFile("x.yml", b"\xff\xfe\x00")}, "The file is not UTF-8 text."),
        ({"upload": SimpleUploadedFile("x.yml", b"x" * 2_000_001)}, "The file is larger than 2 MB."),
    ],
)
def test_import_of_no_usable_file_says_so(as_admin: Client, fields: dict[str, object], message: str) -> None:
    response = as_admin.post("/centers/import/", {**fields, "action": "check"})
    assert response.status_code == 422
    assert message in response.content.decode()


def test_import_of_what_is_there_offers_no_import(as_admin: Client) -> None:
    as_admin.post("/centers/import/", {"text": TEXT, "action": "import"})
    html = as_admin.post("/centers/import/", {"text": TEXT, "action": "check"}).content.decode()
    assert "Everything is as the file says already." in html
    assert 'value="import"' not in html


def test_export_downloads_the_file(as_admin: Client) -> None:
    make_center()
    response = as_admin.get("/centers/export/")
    assert response.headers["Content-Disposition"] == 'attachment; filename="centers.yml"'
    assert response.content.decode() == export_centers()
