"""Each alert rule fires once where two web processes tell the same, and not before its time: asked of promtool."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "deploy" / "prometheus" / "alerts.yml"
RULES = {rule["alert"]: rule for rule in yaml.safe_load(FILE.read_text(encoding="utf-8"))["groups"][0]["rules"]}
PROCESSES = ("web-1:8000", "web-2:8000")
MINUTES = 1500
pytestmark = pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")

# What is told when somebody should look: series without the labels of the process, and their value or values.
TROUBLE: dict[str, dict[str, str]] = {
    "DentalhubDown": {'up{job="dentalhub"': "0"},
    "DentalhubRunFailed": {
        'extraction_last_run_centers{state="failed"': "30",
        'extraction_last_run_centers{state="succeeded"': "0",
    },
    "DentalhubRunPartial": {
        'extraction_last_run_centers{state="failed"': "3",
        'extraction_last_run_centers{state="succeeded"': "27",
    },
    "DentalhubRunSlow": {"extraction_last_run_duration_seconds{": "601"},
    "DentalhubSlicesMissing": {'dentalhub_slices_missing{region="austria"': "2"},
    "DentalhubLastDayNotCounted": {'dentalhub_last_day_counted_timestamp_seconds{region="austria"': "0"},
    "DentalhubWorkerStale": {
        'dentalhub_worker_heartbeat_age_seconds{queue="austria"': "601",
        'dentalhub_shards_active{queue="austria"': "0",
    },
    "DentalhubBrokerDown": {"dentalhub_broker_up{": "0"},
    "DentalhubQueueOld": {'dentalhub_queue_oldest_seconds{queue="austria"': "601"},
    "DentalhubServerLeftAlone": {'dentalhub_breakers{scope="server",state="open"': "1"},
    "DentalhubDriftWaiting": {'dentalhub_centers{state="stale"': "1"},
    "DentalhubSlicesHeld": {'dentalhub_slices_held{region="austria"': "1"},
    "DentalhubCertificateExpiring": {'dentalhub_certificate_expiry_days{region="austria"': "20"},
    "DentalhubCertificateExpired": {'dentalhub_certificate_expiry_days{region="austria"': "-1"},
    "DentalhubAgreementExpiring": {'dentalhub_agreement_expiry_days{region="austria"': "29"},
    "DentalhubAlertsNotSent": {'dentalhub_alert_messages_total{kind="slack",outcome="failed"': "0+1"},
    "DentalhubPagesSlow": {
        'dentalhub_request_duration_seconds_bucket{route="dashboard",le="1"': "0+1",
        'dentalhub_request_duration_seconds_bucket{route="dashboard",le="2"': "0+100",
        'dentalhub_request_duration_seconds_bucket{route="dashboard",le="+Inf"': "0+100",
    },
}
# Each process is down for itself.
OF_EACH = {"DentalhubDown"}
UNITS = {"m": 1, "h": 60, "d": 24 * 60}


def _series(name: str, value: str) -> list[dict[str, str]]:
    values = f"{value}x{MINUTES}" if "+" in value else f"{value}+0x{MINUTES}"
    opening = name if name.endswith("{") else f"{name},"
    return [{"series": f'{opening}instance="{process}"}}', "values": values} for process in PROCESSES]


def _firing(alert: str, minute: int, expected: int) -> dict[str, Any]:
    samples = [{"labels": "{}", "value": expected}] if expected else []
    expression = f'count(ALERTS{{alertname="{alert}", alertstate="firing"}})'
    return {"expr": expression, "eval_time": f"{minute}m", "exp_samples": samples}


def _asked(folder: Path, alert: str, tests: list[dict[str, Any]]) -> str:
    """What promtool finds wrong; empty when all is as expected."""
    series = [line for name, value in TROUBLE[alert].items() for line in _series(name, value)]
    document = {
        "rule_files": [str(FILE)],
        "evaluation_interval": "1m",
        "tests": [{"interval": "1m", "input_series": series, "promql_expr_test": tests}],
    }
    (folder / "test.yml").write_text(yaml.safe_dump(document), encoding="utf-8")
    done = subprocess.run(
        ["promtool", "test", "rules", str(folder / "test.yml")], capture_output=True, text=True, check=False
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def _minutes(alert: str) -> int:
    text = RULES[alert].get("for", "0m")
    return int(text[:-1]) * UNITS[text[-1]]


def test_each_rule_has_a_trouble() -> None:
    assert set(TROUBLE) == set(RULES)


@pytest.mark.parametrize("alert", TROUBLE)
def test_alert_fires_once_for_two_web_processes_when_it_has_lasted(alert: str, tmp_path: Path) -> None:
    wait = _minutes(alert)
    late = min(wait + 30, MINUTES)
    tests = [_firing(alert, late, len(PROCESSES) if alert in OF_EACH else 1)]
    if wait:
        tests.append(_firing(alert, wait - 1, 0))
    assert _asked(tmp_path, alert, tests) == ""


def test_what_promtool_is_asked_can_fail(tmp_path: Path) -> None:
    assert "FAILED" in _asked(tmp_path, "DentalhubQueueOld", [_firing("DentalhubQueueOld", 30, 2)])
