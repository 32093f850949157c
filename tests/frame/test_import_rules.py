"""The two rules of design.md section 3: who may import whom."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ("centers", "mappings", "extraction")
ALLOWED = {
    "centers": {"centers", "dentalhub"},
    "mappings": {"mappings", "centers", "dentalhub"},
    "extraction": {"extraction", "mappings", "centers", "dentalhub"},
}
# The frame's only modules that may name an app.
FRAME_MAY_NAME_APPS = {
    Path("dentalhub/settings.py"),
    Path("dentalhub/urls.py"),
    Path("dentalhub/management/commands/demo.py"),
    Path("dentalhub/management/commands/benchmark.py"),
}
# Inside an app a module imports only from layers to its left.
LAYERS = ("leaf", "models", "domain", "edge", "outer")
LEAF = {
    *("enums", "exceptions", "validators", "server_spec", "search_text", "catalog", "document", "canonical", "causes"),
    *("profile", "profile_document", "transitions", "closing_days", "public_holidays", "export_formats"),
    *("reveal_reasons", "alert_causes"),
    *("dates", "day_ranges", "addresses", "network_rules", "certificates", "references", "secret", "sealing"),
}
# How the rows of a model behave, in a file of its own.
MODELS = {
    "models",
    "trust_models",
    "sealed_versions",
    "review_models",
    "bulk_models",
    "discovery_models",
    "batch_models",
    "held_models",
    "breaker_models",
    "schedule_models",
    "plan_models",
    "acceptance_models",
    "change_models",
    "figure_models",
    "metric_models",
    "export_models",
    "saved_export_models",
    "scope",
    "scope_models",
    "suppression_models",
    "secret_models",
    "privacy_models",
    "alert_models",
}
EDGE = {"tasks", "forms"}
OUTER = {"api", "views", "admin", "urls", "management", "apps", "dashboard"}


def sources(folder: str) -> Iterator[Path]:
    for path in sorted((ROOT / folder).rglob("*.py")):
        if "migrations" not in path.parts:
            yield path.relative_to(ROOT)


def imported(path: Path) -> set[str]:
    """Every module that `path` imports anywhere in it, by full name."""
    names: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            assert node.module is not None
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def imported_at_start(path: Path) -> set[str]:
    """The modules that `path` imports outside of its functions."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    names = {alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names}
    return names | {str(node.module) for node in tree.body if isinstance(node, ast.ImportFrom)}


def layer(module: str) -> str:
    part = module.split(".")[1]
    if part in OUTER or part.endswith(("_views", "_urls")):
        return "outer"
    if part in EDGE or part.endswith("_forms"):
        return "edge"
    if part in MODELS:
        return "models"
    return "leaf" if part in LEAF else "domain"


@pytest.mark.parametrize("app", APPS)
def test_imports_between_apps_run_one_way(app: str) -> None:
    forbidden = set(APPS) - ALLOWED[app]
    wrong = {
        f"{path} imports {name}" for path in sources(app) for name in imported(path) if name.split(".")[0] in forbidden
    }
    assert wrong == set()


def test_frame_names_no_app() -> None:
    wrong = {
        f"{path} imports {name}"
        for path in sources("dentalhub")
        if path not in FRAME_MAY_NAME_APPS
        for name in imported(path)
        if name.split(".")[0] in APPS
    }
    assert wrong == set()


@pytest.mark.parametrize("app", APPS)
def test_sandbox_is_not_imported(app: str) -> None:
    wrong = {f"{path}" for path in sources(app) for name in imported(path) if name.startswith("dentalhub.sandbox")}
    assert wrong == set()


@pytest.mark.parametrize("app", APPS)
def test_layers_inside_an_app(app: str) -> None:
    wrong = set()
    for path in sources(app):
        module = ".".join(path.with_suffix("").parts)
        if path.name == "__init__.py" and len(path.parts) == 2:
            continue
        own = LAYERS.index(layer(module))
        for name in imported(path):
            if name.split(".")[0] == app and name.count(".") >= 1 and LAYERS.index(layer(name)) > own:
                wrong.add(f"{path} ({LAYERS[own]}) imports {name} ({layer(name)})")
    assert wrong == set()


def test_only_the_connection_module_imports_pyodbc() -> None:
    """Beside it only programs of their own: the benchmark's yardstick, and what fills a real server for tests."""
    importing = {str(path) for app in ("centers", "mappings", "extraction", "dentalhub") for path in sources(app)}
    found = {path for path in importing if any(name.split(".")[0] == "pyodbc" for name in imported(Path(path)))}
    assert found <= {"centers/connection.py", "centers/bare_loop.py", "dentalhub/sandbox/real_server.py"}


def test_only_the_connection_module_for_loops_imports_aioodbc() -> None:
    """It brings pyodbc with it, and is missing where nobody asked for it: so nobody imports it in passing."""
    modules = {path for app in ("centers", "mappings", "extraction", "dentalhub") for path in sources(app)}
    found = {str(path) for path in modules if any(name.split(".")[0] == "aioodbc" for name in imported(path))}
    assert found == {"centers/async_connection.py"}
    assert "aioodbc" not in imported_at_start(Path("centers/async_connection.py"))
    assert not any("centers.async_connection" in name for path in modules for name in imported_at_start(path))


def test_only_the_query_module_writes_source_sql() -> None:
    """In `extraction` no other module holds a SELECT."""
    holding = {
        str(path)
        for path in sources("extraction")
        for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "SELECT " in node.value
    }
    assert holding <= {"extraction/query.py"}
