"""Prometheus, KEDA and Argo CD are told what is there."""

import re
from typing import Any

import pytest
import yaml
from django.test import Client
from django.urls import resolve
from prometheus_client.parser import text_string_to_metric_families

from tests.deploy.rendering import CHART, EXAMPLES, ROOT, Object, container, needs_helm, of_kind, pods, rendered

pytestmark = needs_helm
ALERTS = ROOT / "deploy" / "prometheus" / "alerts.yml"
APPLICATION: Object = yaml.safe_load((ROOT / "deploy" / "argocd" / "application.yaml").read_text(encoding="utf-8"))


def only(kind: str) -> Any:
    """The specification of the only object of a kind."""
    (found,) = of_kind(rendered("three-regions"), kind).values()
    return found["spec"]


def test_rules_are_those_of_prometheus_word_for_word() -> None:
    assert only("PrometheusRule") == yaml.safe_load(ALERTS.read_text(encoding="utf-8"))
    # One truth: the chart has no copy.
    assert (CHART / "files" / "alerts.yml").resolve() == ALERTS


def test_service_monitor_scrapes_the_pages_with_the_token_that_they_know() -> None:
    objects = rendered("three-regions")
    monitor = only("ServiceMonitor")
    (endpoint,) = monitor["endpoints"]
    (service,) = of_kind(objects, "Service").values()
    assert monitor["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    assert endpoint["port"] in {port["name"] for port in service["spec"]["ports"]}
    assert resolve(endpoint["path"]).url_name == "metrics"
    variables = {each["name"]: each.get("valueFrom", {}) for each in container(pods(objects)["dentalhub-web"])["env"]}
    assert endpoint["authorization"] == {
        "type": "Bearer",
        "credentials": variables["DENTALHUB_METRICS_TOKEN"]["secretKeyRef"],
    }


def test_the_job_is_called_as_the_rules_call_it() -> None:
    (service,) = of_kind(rendered("three-regions", release="pilot"), "Service").values()
    job = service["metadata"]["labels"][only("ServiceMonitor")["jobLabel"]]
    assert set(re.findall(r'job="(\w+)"', ALERTS.read_text(encoding="utf-8"))) == {job}


@pytest.mark.django_db
def test_workers_are_scaled_by_metrics_that_are_scraped(client: Client) -> None:
    spec = only("ScaledObject")
    assert (spec["minReplicaCount"], spec["maxReplicaCount"]) == (2, 6)
    (trigger,) = spec["triggers"]
    asked = re.findall(r'max\((\w+)\{(\w+)="(\w+)"\}\)', trigger["metadata"]["query"])
    assert {queue for _metric, _label, queue in asked} == {"germany"}
    families = {each.name: each for each in text_string_to_metric_families(client.get("/metrics").content.decode())}
    for metric, label, _queue in asked:
        assert {name for sample in families[metric].samples for name in sample.labels} == {label}


def test_argo_cd_is_led_to_a_chart_and_to_values_that_render() -> None:
    source = APPLICATION["spec"]["source"]
    assert ROOT / source["path"] == CHART
    (values,) = source["helm"]["valueFiles"]
    example = {path.relative_to(CHART).as_posix(): name for name, path in EXAMPLES.items()}[values]
    assert rendered(example, release=source["helm"]["releaseName"])


def test_argo_cd_demands_what_the_pods_can_do() -> None:
    """What test_pods says of each pod is what Kubernetes calls restricted."""
    labels = APPLICATION["spec"]["syncPolicy"]["managedNamespaceMetadata"]["labels"]
    assert labels == {"pod-security.kubernetes.io/enforce": "restricted"}
    assert "CreateNamespace=true" in APPLICATION["spec"]["syncPolicy"]["syncOptions"]
