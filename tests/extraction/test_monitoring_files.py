"""Alert rules and dashboards: their metrics exist with those labels, and their runbooks are there."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from extraction.models import ExtractionRun

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
RULES = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))["groups"][0]["rules"]
PANELS = json.loads((DEPLOY / "grafana" / "dashboards" / "dentalhub.json").read_text(encoding="utf-8"))["panels"]
EXPRESSIONS = [rule["expr"] for rule in RULES] + [target["expr"] for panel in PANELS for target in panel["targets"]]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
OURS = re.compile(r"\b((?:dentalhub|extraction)_[a-z_]+)(?:\{([^}]*)\})?")
# Families that have no sample yet where nothing ran; what they are called once they have.
LABELS_OF_HISTORY = {
    "extraction_duration_seconds": {"center_id"},
    "extraction_errors": {"center_id", "error_type"},
    "extraction_entries_landed": {"center_id"},
    "extraction_last_run_centers": {"state"},
    "dentalhub_last_day_centers": {"region", "state"},
    "dentalhub_slices_missing": {"region"},
    "dentalhub_last_day_counted_timestamp_seconds": {"region"},
    "dentalhub_certificate_expiry_days": {"region"},
    "dentalhub_agreement_expiry_days": {"region"},
    "dentalhub_request_duration_seconds": {"route", "method", "status"},
}


@pytest.fixture
def families(client: Client, run: ExtractionRun) -> dict[str, set[str]]:
    """The labels of each metric that is scraped, by its name without `_total`."""
    client.get("/health/live")
    found = {}
    for family in text_string_to_metric_families(client.get("/metrics").content.decode()):
        labels = {name for sample in family.samples for name in sample.labels} - {"le"}
        found[family.name] = labels or LABELS_OF_HISTORY.get(family.name, set())
    return found


def family_of(metric: str, known: dict[str, set[str]]) -> str:
    names = [metric, *(metric.removesuffix(end) for end in ("_total", "_bucket", "_sum", "_count"))]
    return next((name for name in names if name in known), "")


@pytest.mark.django_db
def test_every_metric_is_scraped_and_has_the_labels(families: dict[str, set[str]]) -> None:
    asked = [match for text in EXPRESSIONS for match in OURS.findall(text)]
    assert len(asked) >= len(EXPRESSIONS)
    for metric, selector in asked:
        family = family_of(metric, families)
        assert family, f"{metric} is not scraped"
        assert set(re.findall(r"(\w+)\s*!?=", selector)) <= families[family], f"{metric}{{{selector}}}"


@pytest.mark.django_db
def test_what_shows_per_label_is_labelled_so(families: dict[str, set[str]]) -> None:
    for panel in PANELS:
        for target in panel["targets"]:
            (metric, _selector), *_others = OURS.findall(target["expr"])
            shown = set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
            assert shown <= families[family_of(metric, families)], panel["title"]


def test_what_each_web_process_reads_from_our_own_rows_counts_once() -> None:
    """Two web processes on two machines tell the same of centers; quantiles do not mind, a sum doubles it."""
    expressions = [target["expr"] for panel in PANELS for target in panel["targets"]]
    of_rows = [text for text in expressions if "dentalhub_request_" not in text and "quantile" not in text]
    assert len(of_rows) == 18
    assert [text for text in of_rows if not re.search(r"\b(?:max|min)(?: by \([a-z_, ]+\) )?\(", text)] == []


@pytest.mark.parametrize("rule", RULES, ids=[rule["alert"] for rule in RULES])
def test_each_alert_has_a_severity_and_a_runbook_that_exists(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"critical", "warning"}
    path, _hash, heading = rule["annotations"]["runbook"].partition("#")
    text = (ROOT / path).read_text(encoding="utf-8")
    lines = [line.strip("# ").lower() for line in text.splitlines() if line.startswith("#")]
    headings = {re.sub(r"[^\w -]", "", line).replace(" ", "-") for line in lines}
    assert not heading or heading in headings


def test_panels_do_not_lie_on_each_other() -> None:
    cells = [
        (x, y)
        for panel in PANELS
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _y in cells) < 24


def test_compose_hands_the_files_over() -> None:
    services = {name: COMPOSE["services"][name] for name in ("prometheus", "grafana")}
    for service in services.values():
        assert service["profiles"] == ["monitoring"]
        for volume in service["volumes"]:
            source = volume.split(":")[0]
            assert not source.startswith("./") or (ROOT / source).exists(), source
    assert "metrics_token" in services["prometheus"]["secrets"]


def test_pages_answer_prometheus_under_the_name_by_which_it_asks() -> None:
    scraped = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"))
    (config,) = scraped["scrape_configs"]
    host, _, port = config["static_configs"][0]["targets"][0].partition(":")
    web = COMPOSE["services"]["web"]
    assert web["networks"]["default"]["aliases"] == [host]
    assert web["environment"]["DENTALHUB_ALLOWED_HOSTS"].split(",")[-1] == host
    assert web["ports"][0].endswith(f":{port}")
    assert config["authorization"]["credentials_file"] == "/run/secrets/metrics_token"


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
def test_promtool_finds_nothing_wrong() -> None:
    checked = ["promtool", "check", "rules", str(DEPLOY / "prometheus" / "alerts.yml")]
    assert subprocess.run(checked, capture_output=True, check=False).returncode == 0
