"""The chart as a whole: helm finds nothing wrong, and Kubernetes would take every object."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from deploy import chart_tools
from tests.deploy.rendering import CHART, EXAMPLES, ROOT, Object, helm, needs_helm, of_kind, rendered

pytestmark = needs_helm
GUIDE = (ROOT / "docs" / "kubernetes.md").read_text(encoding="utf-8")
# Kinds of other programs, whose schemas Kubernetes does not have.
FOREIGN = {"ServiceMonitor", "PrometheusRule", "ScaledObject"}
# Everything that can be switched on, beside what the examples have.
EVERYTHING = (
    "web.readsSources=true",
    'workerAutoscaling={"by": "cpu"}',
    'workers.germany.tolerations=[{"key": "practices", "operator": "Exists"}]',
    'workers.germany.affinity={"nodeAffinity": {}}',
    'workers.austria.serviceAccount="austria"',
    'serviceAccount.annotations={"example.org/role": "dentalhub"}',
    'podAnnotations={"example.org/team": "data"}',
    'exports={"storage": "", "existingClaim": "exports"}',
    'networkPolicy.dns.networks=["169.254.20.10/32"]',
    'ingress.annotations={"example.org/size": "8m"}',
)


@cache
def validator(version: str, kind: str, api: str) -> Any:
    """The schema of one kind as the API of that version has it; unknown fields are refused."""
    folder = chart_tools.schemas(version)
    group, _slash, number = api.rpartition("/")
    name = "-".join([kind.lower(), *([group.removesuffix(".k8s.io")] if group else []), number])
    schema = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))

    def neighbour(address: str) -> Any:
        return json.loads((folder / address.rpartition("/")[2]).read_text(encoding="utf-8"))

    return jsonschema_rs.validator_for(schema, retriever=neighbour, base_uri=f"json-schema:///{name}.json")


def complaints(version: str, thing: Object) -> list[str]:
    """What that version of Kubernetes would say against an object."""
    found = validator(version, thing["kind"], thing["apiVersion"]).iter_errors(thing)
    return [f"{thing['kind']} {thing['metadata']['name']} {list(each.instance_path)}: {each.message}" for each in found]


@pytest.mark.parametrize("example", EXAMPLES)
def test_helm_lint_finds_nothing(example: str) -> None:
    assert "0 chart(s) failed" in helm("lint", "--strict", CHART, "--values", EXAMPLES[example])


@pytest.mark.parametrize("version", chart_tools.KUBERNETES)
@pytest.mark.parametrize(("example", "changes"), [*[(name, ()) for name in EXAMPLES], ("three-regions", EVERYTHING)])
def test_kubernetes_takes_every_object(version: str, example: str, changes: tuple[str, ...]) -> None:
    ours = [thing for thing in rendered(example, *changes) if thing["kind"] not in FOREIGN]
    assert len(ours) > 5
    assert [complaint for thing in ours for complaint in complaints(version, thing)] == []


@pytest.mark.parametrize("version", chart_tools.KUBERNETES)
def test_schema_of_kubernetes_refuses_what_it_does_not_know(version: str) -> None:
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "x"}}
    assert complaints(version, account) == []
    assert len(complaints(version, {**account, "automountToken": False})) == 1
    (policy,) = [
        each
        for each in rendered("smallest")
        if each["metadata"]["name"] == "dentalhub-web" and each["kind"] == "NetworkPolicy"
    ]
    wrong = {**policy, "spec": {**policy["spec"], "podselector": {}}}
    assert len(complaints(version, wrong)) == 1


def test_chart_promises_the_versions_that_are_tested() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text(encoding="utf-8"))
    assert chart["kubeVersion"] == f">={chart_tools.KUBERNETES[0]}.0-0"
    assert f'\nversion = "{chart["appVersion"]}"\n' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("example", EXAMPLES)
def test_no_two_objects_have_the_same_name(example: str) -> None:
    names = [(thing["kind"], thing["metadata"]["name"]) for thing in rendered(example)]
    assert len(names) == len(set(names))


def test_three_regions_have_what_they_need() -> None:
    objects = rendered("three-regions")
    assert sorted(of_kind(objects, "Deployment")) == [
        "dentalhub-interactive",
        "dentalhub-web",
        *(f"dentalhub-worker-{queue}" for queue in ("austria", "dentalhub", "germany", "north-italy")),
    ]
    assert {each["kind"] for each in objects} == {
        *("ConfigMap", "Deployment", "HorizontalPodAutoscaler", "Ingress", "Job", "NetworkPolicy"),
        *("PodDisruptionBudget", "PrometheusRule", "ScaledObject", "Service", "ServiceAccount", "ServiceMonitor"),
    }


def test_smallest_has_nothing_that_was_not_asked_for() -> None:
    kinds = {each["kind"] for each in rendered("smallest")}
    optional = {"HorizontalPodAutoscaler", "Ingress", "PrometheusRule", "ScaledObject", "ServiceMonitor", "Secret"}
    assert kinds & optional == set()


def test_region_elsewhere_has_workers_alone() -> None:
    objects = rendered("region-elsewhere")
    assert list(of_kind(objects, "Deployment", "Job", "Service")) == ["dentalhub-worker-switzerland"]


def test_another_release_has_names_of_its_own() -> None:
    names = {(each["kind"], each["metadata"]["name"]) for each in rendered("smallest")}
    others = {(each["kind"], each["metadata"]["name"]) for each in rendered("smallest", release="pilot")}
    assert names & others == set()
    assert ("Deployment", "pilot-dentalhub-web") in others


def test_notes_tell_the_next_step() -> None:
    text = helm("install", "dentalhub", CHART, "--dry-run=client", "--values", EXAMPLES["smallest"])
    notes = text.split("NOTES:")[1]
    assert "https://dentalhub.example.org" in notes
    assert "exec deploy/dentalhub-web -- \\\n    python manage.py create_person" in notes


def test_commands_of_the_guide_render() -> None:
    commands = [line.split()[1:] for line in GUIDE.splitlines() if line.strip().startswith("helm ")]
    assert [command[0] for command in commands] == ["lint", "template", "upgrade", "upgrade", "upgrade"]
    for command in commands[:2]:
        assert helm(*(ROOT / word if word.startswith("deploy/") else word for word in command))


def test_objects_of_the_guide_are_called_so() -> None:
    objects = rendered("three-regions")
    names = {"deploy": of_kind(objects, "Deployment"), "job": of_kind(objects, "Job")}
    named = re.findall(r"\b(deploy|job)/(dentalhub-[a-z-]+)", GUIDE)
    assert len(named) >= 3
    assert [name for kind, name in named if name not in names[kind]] == []


def test_values_of_the_guide_exist() -> None:
    values = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
    places = set(re.findall(r"`([a-z]+(?:\.[A-Za-z]+)+)`", GUIDE)) - {"pyproject.toml"}
    assert len(places) > 8
    for place in places:
        here = values["workerDefaults"] if place.startswith("practices.") else values
        for step in place.split("."):
            assert step in here, place
            here = here[step]


def test_package_has_the_rules_themselves_and_renders_the_same(tmp_path: Path) -> None:
    helm("package", CHART, "--destination", tmp_path)
    (package,) = tmp_path.iterdir()
    text = helm("template", "dentalhub", package, "--namespace", "practice", "--values", EXAMPLES["three-regions"])
    assert tuple(each for each in yaml.safe_load_all(text) if each) == rendered("three-regions")
