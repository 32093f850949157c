"""What helm makes of the chart: the objects of Kubernetes that an installation would have."""

import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy import chart_tools

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "deploy" / "helm" / "dentalhub"
EXAMPLES = {path.stem: path for path in sorted((CHART / "examples").glob("*.yaml"))}
HELM = shutil.which("helm", path=str(chart_tools.folder())) or shutil.which("helm")
# .ci/refuse-silent-skips knows no such reason, so nothing passes there without it.
needs_helm = pytest.mark.skipif(HELM is None, reason="helm is not installed: run `make chart-tools`")

Object = dict[str, Any]


class RefusedError(Exception):
    """Helm did not render; the text is what it said."""


def helm(*arguments: str | Path) -> str:
    """What helm printed. Raises RefusedError with its complaint."""
    command = [HELM or "helm", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    if done.returncode != 0:
        raise RefusedError(done.stdout + done.stderr)
    return done.stdout


@cache
def rendered(example: str, *settings: str, release: str = "dentalhub") -> tuple[Object, ...]:
    """The objects of an example, with values such as `web.replicas=3` changed; callers must not change them."""
    changes = [word for setting in settings for word in ("--set-json", setting)]
    text = helm("template", release, CHART, "--namespace", "practice", "--values", EXAMPLES[example], *changes)
    return tuple(document for document in yaml.safe_load_all(text) if document)


def of_kind(objects: tuple[Object, ...], *kinds: str) -> dict[str, Object]:
    """The objects of these kinds by name."""
    return {each["metadata"]["name"]: each for each in objects if each["kind"] in kinds}


def pods(objects: tuple[Object, ...]) -> dict[str, Object]:
    """The template of each part's pods by the name of its Deployment or Job."""
    return {name: each["spec"]["template"] for name, each in of_kind(objects, "Deployment", "Job").items()}


def container(pod: Object) -> Object:
    """The only container of a pod."""
    (only,) = pod["spec"]["containers"]
    assert isinstance(only, dict)
    return only


def environment(pod: Object, objects: tuple[Object, ...]) -> dict[str, str]:
    """The variables of a pod as far as no Secret holds them; what comes later wins, as in Kubernetes."""
    found: dict[str, str] = {}
    for source in container(pod)["envFrom"]:
        if reference := source.get("configMapRef"):
            found |= of_kind(objects, "ConfigMap")[reference["name"]]["data"]
    return found | {each["name"]: each["value"] for each in container(pod)["env"] if "value" in each}


def secrets_of(pod: Object) -> set[str]:
    """The names of all Secrets that a pod reads, as variables or as files."""
    only = container(pod)
    found = {source["secretRef"]["name"] for source in only["envFrom"] if "secretRef" in source}
    found |= {
        each["valueFrom"]["secretKeyRef"]["name"] for each in only["env"] if "secretKeyRef" in each.get("valueFrom", {})
    }
    return found | {each["secret"]["secretName"] for each in pod["spec"]["volumes"] if "secret" in each}


def selects(labels: dict[str, str], pod: Object) -> bool:
    """Whether a selector's labels select a pod."""
    return bool(labels.items() <= pod["metadata"]["labels"].items())


def selected(objects: tuple[Object, ...], labels: dict[str, str]) -> set[str]:
    """The parts whose pods a selector selects."""
    return {name for name, pod in pods(objects).items() if selects(labels, pod)}


def egress(objects: tuple[Object, ...], name: str) -> set[tuple[str, int, int]]:
    """Network, first and last port of everything that a part's pods may reach by address."""
    found = set()
    for policy in of_kind(objects, "NetworkPolicy").values():
        if selects(policy["spec"]["podSelector"]["matchLabels"], pods(objects)[name]):
            for rule in policy["spec"].get("egress", []):
                blocks = [peer["ipBlock"]["cidr"] for peer in rule["to"] if "ipBlock" in peer]
                found |= {
                    (block, port["port"], port.get("endPort", port["port"]))
                    for block in blocks
                    for port in rule["ports"]
                }
    return found
