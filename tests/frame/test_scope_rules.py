"""A page cannot forget the regions of its person: whatever shows or takes something asks for_user or in_scope."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from centers.scope import ScopedManager

ROOT = Path(__file__).resolve().parents[2]
APPS = ("centers", "mappings", "extraction")
# What begins with these asks for the person's regions, or for nothing yet.
ASKED = {"for_user", "in_scope", "none"}
# Modules that face people.
FACING = ("*_views.py", "*_forms.py", "forms.py", "dashboard.py", "*_context.py", "page_access.py", "api/*.py")
# Of what was found with the regions of the person already, or of no region at all.
ALLOWED = {
    # Their names are unique in the whole installation.
    "extraction/saved_export_forms.py: SavedExport.objects.filter",
    "extraction/alert_channel_forms.py: AlertChannel.objects.filter",
    # Whether there is any at all; nothing of it is shown.
    "extraction/alert_views.py: AlertChannel.objects.exists",
    # The approved version and the last slice of a center that was found.
    "extraction/api/center_operations.py: Mapping.objects.filter",
    "extraction/api/center_operations.py: Slice.objects.filter",
    # By keys that nobody but the form or the client that made them knows.
    "extraction/run_views.py: ExtractionRun.objects.filter",
    "extraction/api/run_start.py: ExtractionRun.objects.select_related",
    # Of a center that was found.
    "extraction/api/slice_schemas.py: Slice.objects.filter",
    "mappings/rediscovery_views.py: SchemaWatch.objects.filter",
    # Below a list of mappings of centers that are in scope.
    "mappings/compare_views.py: Mapping.objects.values",
    # For machines, which have a token or a network of their own.
    "extraction/health_views.py: Breaker.objects.exclude",
    "extraction/health_views.py: Region.objects.order_by",
    "extraction/health_views.py: RegionDay.objects.all",
}
# Models that hang on no region, or on all.
WITHOUT_REGION = {
    *("centers.PersonScope", "mappings.NetworkPolicy", "mappings.ImportedName", "extraction.Heartbeat"),
    # By the center's own id, because it outlives the center: its page narrows it by the centers in scope.
    "extraction.SuppressedPatient",
}


def scoped_models() -> set[str]:
    return {model.__name__ for app in APPS for model in apps.get_app_config(app).get_models() if _is_scoped(model)}


def _is_scoped(model: type[models.Model]) -> bool:
    return isinstance(model._default_manager, ScopedManager)


def raw_uses(path: Path, names: set[str]) -> Iterator[str]:
    """`Model.objects.step` and `get_object_or_404(Model, ...)` where the step asks for no person."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) and node.value.attr == "objects":
            model = node.value.value
            if isinstance(model, ast.Name) and model.id in names and node.attr not in ASKED:
                yield f"{path.relative_to(ROOT)}: {model.id}.objects.{node.attr}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "get_object_or_404":
            (first, *_others) = node.args
            if isinstance(first, ast.Name) and first.id in names:
                yield f"{path.relative_to(ROOT)}: get_object_or_404({first.id})"


@pytest.mark.parametrize("app", APPS)
def test_what_faces_people_asks_for_their_regions(app: str) -> None:
    facing = {path for pattern in FACING for path in (ROOT / app).glob(pattern)}
    found = {use for path in facing for use in raw_uses(path, scoped_models())}
    text = "Begin with `.for_user(request.user)` (docs/developer.md, How regions are kept apart)"
    assert found - ALLOWED == set(), text


@pytest.mark.parametrize("app", APPS)
def test_every_model_says_where_its_region_is(app: str) -> None:
    without = {model._meta.label for model in apps.get_app_config(app).get_models() if not _is_scoped(model)}
    assert without - WITHOUT_REGION == set()


def test_what_is_allowed_is_still_there() -> None:
    facing = {path for app in APPS for pattern in FACING for path in (ROOT / app).glob(pattern)}
    assert ALLOWED - {use for path in facing for use in raw_uses(path, scoped_models())} == set()
