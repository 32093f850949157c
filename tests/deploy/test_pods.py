"""What runs in the pods: commands, probes and variables that exist, and no more rights than needed."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import get_commands, load_command_class
from django.urls import resolve
from django.utils.module_loading import import_string

from tests.deploy.rendering import EXAMPLES, HELM, ROOT, Object, container, environment, needs_helm, pods, rendered
from tests.frame.settings_variables import settings_variables

pytestmark = needs_helm
EVERY_POD = [(example, name) for example in EXAMPLES for name in pods(rendered(example))] if HELM else []
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
# Made by Kubernetes for other variables.
OF_THE_CHART = {"POD_IP"}
# What Secrets bring; DATABASE_URL decides which driver the settings prepare.
SECRETS = {"DENTALHUB_SECRET_KEY": "x" * 50, "DATABASE_URL": "mssql://hub:secret@db.example.org:1433/hub"}
REGIONS = ["austria", "germany", "north_italy"]
ASKED = ("QUEUES", "OWN_QUEUE", "SOURCE_NETWORKS", "SOURCE_PORTS", "TRUSTED_PROXIES", "ALLOWED_HOSTS")


def pod_of(example: str, name: str) -> Object:
    return pods(rendered(example))[name]


def settings_of(pod: Object, objects: tuple[Object, ...], folder: Path) -> dict[str, Any]:
    """Some settings, as a process with the variables of `pod` reads them."""
    given = environment(pod, objects) | SECRETS | {"DENTALHUB_DATA_DIR": str(folder), "POD_IP": "10.244.1.7"}
    # Kubernetes replaces variables that stand before.
    given = {name: value.replace("$(POD_IP)", given["POD_IP"]) for name, value in given.items()}
    program = (
        "import json\nfrom dentalhub import settings\n"
        f"print(json.dumps({{name: getattr(settings, name) for name in {ASKED}}}, default=str))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=given | {"PATH": os.environ["PATH"], "DENTALHUB_ENV_FILE": "/nowhere"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    answer = json.loads(done.stdout)
    assert isinstance(answer, dict)
    return answer


@pytest.mark.parametrize(("example", "name"), EVERY_POD)
def test_pod_has_no_right_that_it_does_not_need(example: str, name: str) -> None:
    pod = pod_of(example, name)["spec"]
    (user,) = re.findall(r"useradd --uid (\d+) ", DOCKERFILE)
    assert pod["securityContext"] == {
        **dict.fromkeys(("runAsUser", "runAsGroup", "fsGroup"), int(user)),
        "fsGroupChangePolicy": "OnRootMismatch",
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    (only,) = pod["containers"]
    assert only["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert (pod["automountServiceAccountToken"], pod["enableServiceLinks"]) == (False, False)
    assert not pod.keys() & {"hostNetwork", "hostPID", "hostIPC", "initContainers", "shareProcessNamespace"}
    assert {next(iter(each.keys() - {"name"})) for each in pod["volumes"]} <= {
        *("emptyDir", "secret", "configMap", "persistentVolumeClaim"),
    }


@pytest.mark.parametrize(("example", "name"), EVERY_POD)
def test_pod_asks_for_resources_and_may_write_where_the_program_writes(example: str, name: str) -> None:
    only = container(pod_of(example, name))
    assert {"cpu", "memory"} <= only["resources"]["requests"].keys()
    assert "memory" in only["resources"]["limits"]
    writable = {each["mountPath"] for each in only["volumeMounts"] if not each.get("readOnly")}
    assert {"/data", "/tmp"} <= writable <= {"/data", "/tmp", "/exports"}
    assert "DENTALHUB_DATA_DIR=/data" in DOCKERFILE


@pytest.mark.parametrize(("example", "name"), EVERY_POD)
def test_mounts_and_volumes_belong_together(example: str, name: str) -> None:
    pod = pod_of(example, name)
    mounts = [each["name"] for each in container(pod)["volumeMounts"]]
    assert mounts == [each["name"] for each in pod["spec"]["volumes"]]


@pytest.mark.parametrize(("example", "name"), EVERY_POD)
def test_variables_are_settings(example: str, name: str) -> None:
    only = container(pod_of(example, name))
    names = set(environment(pod_of(example, name), rendered(example))) | {each["name"] for each in only["env"]}
    assert names - settings_variables() - OF_THE_CHART == set()


@pytest.mark.parametrize(("example", "name"), EVERY_POD)
def test_command_exists(example: str, name: str) -> None:
    command = container(pod_of(example, name))["command"]
    if command[0] == "gunicorn":
        assert callable(import_string(f"{command[1]}.application"))
        assert (command[2], (ROOT / command[3]).is_file()) == ("--config", True)
        assert f'CMD ["gunicorn", "{command[1]}", "--config", "{command[3]}"]' in DOCKERFILE
        return
    if command[0] == "sh":
        (command,) = [line.split()[2:] for line in command[2].splitlines() if " exec " in line]
        command = command[:-1]
    python, manage, ours, *options = command
    assert (python, manage, (ROOT / manage).is_file()) == ("python", "manage.py", True)
    app = get_commands()[ours]
    found = load_command_class(app, ours) if isinstance(app, str) else app
    assert found.create_parser("manage.py", ours).parse_args(options)


def test_web_is_asked_at_addresses_and_a_port_that_exist() -> None:
    only = container(pod_of("smallest", "dentalhub-web"))
    (port,) = only["ports"]
    gunicorn = (ROOT / "deploy" / "gunicorn_settings.py").read_text(encoding="utf-8")
    assert f'bind = "0.0.0.0:{port["containerPort"]}"' in gunicorn
    asked = {probe: only[f"{probe}Probe"]["httpGet"] for probe in ("startup", "readiness", "liveness")}
    assert {each["port"] for each in asked.values()} == {port["name"]}
    names = {probe: resolve(each["path"]).url_name for probe, each in asked.items()}
    assert names == {"startup": "health_live", "readiness": "health_ready", "liveness": "health_live"}
    for probe in asked:
        assert "httpHeaders" not in only[f"{probe}Probe"]["httpGet"]


@pytest.mark.parametrize("reads", ["true", "false"])
def test_web_answers_to_its_own_address_and_takes_servers_of_every_region(tmp_path: Path, reads: str) -> None:
    objects = rendered("three-regions", f"web.readsSources={reads}")
    found = settings_of(pods(objects)["dentalhub-web"], objects, tmp_path)
    assert found["ALLOWED_HOSTS"] == ["dentalhub.example.org", "10.244.1.7", "[10.244.1.7]"]
    assert found["TRUSTED_PROXIES"] == ["10.244.0.0/16"]
    assert found["SOURCE_NETWORKS"] == ["10.43.0.0/16", "10.49.0.0/16", "10.50.0.0/16", "10.39.0.0/16"]
    assert found["OWN_QUEUE"] == ""


NAMED = [[1433, 1433], [49152, 65535]]


@pytest.mark.parametrize(
    ("example", "name", "queue", "queues", "networks", "ports"),
    [
        ("three-regions", "worker-austria", "austria", REGIONS, ["10.43.0.0/16"], [[1433, 1433]]),
        ("three-regions", "worker-north-italy", "north_italy", REGIONS, ["10.39.0.0/16"], NAMED),
        ("three-regions", "interactive", "interactive", REGIONS, [], NAMED),
        ("smallest", "interactive", "interactive", [], ["10.20.0.0/16"], NAMED),
        ("region-elsewhere", "worker-switzerland", "switzerland", ["austria", "switzerland"], ["10.41.0.0/16"], NAMED),
    ],
)
def test_workers_serve_their_queue_and_are_held_to_its_networks(
    tmp_path: Path, example: str, name: str, queue: str, queues: list[str], networks: list[str], ports: list[list[int]]
) -> None:
    objects = rendered(example)
    found = settings_of(pods(objects)[f"dentalhub-{name}"], objects, tmp_path)
    assert (found["OWN_QUEUE"], found["QUEUES"]) == (queue, queues)
    assert (found["SOURCE_NETWORKS"], found["SOURCE_PORTS"]) == (networks, ports)


@pytest.mark.parametrize("example", EXAMPLES)
def test_all_pods_know_the_same_queues(example: str) -> None:
    objects = rendered(example)
    assert len({environment(pod, objects)["DENTALHUB_QUEUES"] for pod in pods(objects).values()}) == 1


@pytest.mark.parametrize(("watchdog", "healthy"), [(0, True), (1, False), (2, True)])
def test_only_a_deaf_queue_has_a_worker_restarted(tmp_path: Path, watchdog: int, healthy: bool) -> None:
    """2 is our own database, which no restart heals."""
    stand_in = tmp_path / "python"
    stand_in.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/said\nexit {watchdog}\n')
    stand_in.chmod(0o755)
    probe = container(pod_of("three-regions", "dentalhub-worker-north-italy"))["livenessProbe"]["exec"]["command"]
    given = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "Q_CLUSTER_NAME": "north_italy"}
    assert (subprocess.run(probe, env=given, check=False).returncode == 0) is healthy
    _manage, command, *options = (tmp_path / "said").read_text().split()
    parsed = load_command_class("extraction", command).create_parser("manage.py", command).parse_args(options)
    assert parsed.queue == ["north_italy"]


def test_workers_may_end_their_task_before_they_are_killed() -> None:
    """Two minutes, as everywhere (docs/operations.md)."""
    grace = {
        name: pod["spec"].get("terminationGracePeriodSeconds") for name, pod in pods(rendered("three-regions")).items()
    }
    assert all(seconds > 120 for name, seconds in grace.items() if "worker" in name or "interactive" in name)


@pytest.mark.parametrize(
    ("address", "migrates"),
    [
        ("mssql://hub:p@db:1433/hub", True),
        ("sqlite:////data/hub.sqlite3", False),
        ("postgres://db/hub", False),
        ("", False),
    ],
)
def test_migration_refuses_a_database_that_pods_cannot_share(tmp_path: Path, address: str, migrates: bool) -> None:
    stand_in = tmp_path / "python"
    stand_in.write_text('#!/bin/sh\necho "$@"\n')
    stand_in.chmod(0o755)
    command = container(pod_of("smallest", "dentalhub-migrate"))["command"]
    given = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "DATABASE_URL": address}
    done = subprocess.run(command, env=given, check=False, capture_output=True, text=True)
    assert (done.returncode == 0, done.stdout.strip()) == (migrates, "manage.py migrate --noinput" if migrates else "")
    assert ("DATABASE_URL must begin with mssql://" in done.stderr) is not migrates


def test_migration_comes_before_the_rest_and_brings_its_settings() -> None:
    objects = rendered("three-regions")
    hooks = [each for each in objects if "helm.sh/hook" in each["metadata"].get("annotations", {})]
    assert [(each["kind"], each["metadata"]["name"]) for each in hooks] == [
        ("ConfigMap", "dentalhub-migrate"),
        ("Job", "dentalhub-migrate"),
    ]
    marks = [each["metadata"]["annotations"] for each in hooks]
    assert {mark["helm.sh/hook"] for mark in marks} == {"pre-install,pre-upgrade"}
    settings, job = (int(mark["helm.sh/hook-weight"]) for mark in marks)
    assert settings < job
    pod = hooks[1]["spec"]["template"]
    assert container(pod)["envFrom"][-1] == {"configMapRef": {"name": "dentalhub-migrate"}}
    # The account of the release is not there yet.
    assert pod["spec"]["serviceAccountName"] == "default"
