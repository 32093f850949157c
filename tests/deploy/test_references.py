"""What the objects of the chart say about each other: selectors, Secrets, accounts."""

import pytest

from tests.deploy.rendering import (
    EXAMPLES,
    container,
    egress,
    environment,
    needs_helm,
    of_kind,
    pods,
    rendered,
    secrets_of,
    selected,
)

pytestmark = needs_helm
# What three-regions.yaml names; people make these.
COMMON = {"dentalhub", "dentalhub-database", "dentalhub-redis"}


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_deployment_selects_its_own_pods_alone(example: str) -> None:
    objects = rendered(example)
    for name, deployment in of_kind(objects, "Deployment").items():
        assert selected(objects, deployment["spec"]["selector"]["matchLabels"]) == {name}


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_deployment_has_a_disruption_budget_that_never_blocks(example: str) -> None:
    objects = rendered(example)
    budgets = of_kind(objects, "PodDisruptionBudget")
    assert {name: selected(objects, budget["spec"]["selector"]["matchLabels"]) for name, budget in budgets.items()} == {
        name: {name} for name in of_kind(objects, "Deployment")
    }
    assert {budget["spec"]["maxUnavailable"] for budget in budgets.values()} == {1}


@pytest.mark.parametrize("example", ["smallest", "three-regions"])
def test_service_leads_to_the_pages(example: str) -> None:
    objects = rendered(example)
    (service,) = of_kind(objects, "Service").values()
    assert selected(objects, service["spec"]["selector"]) == {"dentalhub-web"}
    (port,) = service["spec"]["ports"]
    assert port["targetPort"] in {each["name"] for each in container(pods(objects)["dentalhub-web"])["ports"]}


def test_ingress_leads_to_the_service_by_https_only() -> None:
    objects = rendered("three-regions")
    (ingress,) = of_kind(objects, "Ingress").values()
    (rule,) = ingress["spec"]["rules"]
    (path,) = rule["http"]["paths"]
    service = of_kind(objects, "Service")[path["backend"]["service"]["name"]]
    assert path["backend"]["service"]["port"]["name"] in {port["name"] for port in service["spec"]["ports"]}
    assert ingress["spec"]["tls"] == [{"hosts": [rule["host"]], "secretName": "dentalhub-tls"}]


@pytest.mark.parametrize("by", ["queue", "cpu"])
def test_what_is_scaled_exists_and_says_no_number_itself(by: str) -> None:
    objects = rendered("three-regions", f'workerAutoscaling.by="{by}"')
    scalers = of_kind(objects, "HorizontalPodAutoscaler", "ScaledObject").values()
    scaled = {each["spec"]["scaleTargetRef"]["name"] for each in scalers}
    assert scaled == {"dentalhub-web", "dentalhub-worker-germany"}
    deployments = of_kind(objects, "Deployment")
    assert {name for name, each in deployments.items() if "replicas" not in each["spec"]} == scaled


@pytest.mark.parametrize("example", EXAMPLES)
def test_stopped_runs_nothing_and_lets_nobody_scale(example: str) -> None:
    objects = rendered(example, "stopped=true")
    assert {each["spec"]["replicas"] for each in of_kind(objects, "Deployment").values()} == {0}
    assert of_kind(objects, "HorizontalPodAutoscaler", "ScaledObject") == {}
    assert bool(of_kind(objects, "Job")) == (example != "region-elsewhere")


@pytest.mark.parametrize("example", EXAMPLES)
def test_config_maps_and_accounts_exist_or_are_named_by_the_values(example: str) -> None:
    objects = rendered(example)
    maps, accounts = of_kind(objects, "ConfigMap"), of_kind(objects, "ServiceAccount")
    for pod in pods(objects).values():
        named = [source["configMapRef"]["name"] for source in container(pod)["envFrom"] if "configMapRef" in source]
        assert set(named) <= maps.keys()
        files = {each["configMap"]["name"] for each in pod["spec"]["volumes"] if "configMap" in each}
        assert files <= {"practice-authorities"}
        assert pod["spec"]["serviceAccountName"] in {*accounts, "default"}


def test_each_part_gets_the_secrets_of_its_own_region_only() -> None:
    objects = rendered("three-regions")
    assert {name: secrets_of(pod) - COMMON for name, pod in pods(objects).items()} == {
        "dentalhub-migrate": set(),
        "dentalhub-web": {"dentalhub-web", "dentalhub-metrics"},
        "dentalhub-interactive": set(),
        "dentalhub-worker-dentalhub": set(),
        "dentalhub-worker-germany": {"practices-germany"},
        "dentalhub-worker-austria": {"practices-austria"},
        "dentalhub-worker-north-italy": {"practices-north-italy", "vault-north-italy"},
    }


def test_a_queue_may_have_an_account_of_its_own() -> None:
    objects = rendered("three-regions", 'workers.dentalhub.serviceAccount="readers"')
    accounts = {name: pod["spec"]["serviceAccountName"] for name, pod in pods(objects).items()}
    assert {name for name, account in accounts.items() if account == "readers"} == {
        *("dentalhub-interactive", "dentalhub-worker-dentalhub"),
    }


def test_pages_and_interactive_get_the_passwords_of_the_default_queue_when_pages_read_sources() -> None:
    objects = rendered("smallest")
    readers = {name for name, pod in pods(objects).items() if "dentalhub-practices" in secrets_of(pod)}
    assert readers == {"dentalhub-web", "dentalhub-interactive", "dentalhub-worker-dentalhub"}
    assert {name for name in pods(objects) if ("10.20.0.0/16", 1433, 1433) in egress(objects, name)} == readers
    without = rendered("smallest", "web.readsSources=false")
    assert "dentalhub-practices" not in secrets_of(pods(without)["dentalhub-web"])
    assert egress(without, "dentalhub-web") == {("10.1.2.3/32", 1433, 1433)}


@pytest.mark.parametrize("example", EXAMPLES)
def test_keys_of_secrets_are_the_names_of_variables(example: str) -> None:
    for pod in pods(rendered(example)).values():
        keys = {
            each["name"]: each["valueFrom"]["secretKeyRef"]["key"]
            for each in container(pod)["env"]
            if "secretKeyRef" in each.get("valueFrom", {})
        }
        assert keys == {name: name for name in keys}
        assert {"DENTALHUB_SECRET_KEY", "DATABASE_URL"} <= keys.keys()


@pytest.mark.parametrize("example", EXAMPLES)
def test_no_secret_stands_in_any_object(example: str) -> None:
    objects = rendered(example)
    assert of_kind(objects, "Secret") == {}
    for pod in pods(objects).values():
        given = set(environment(pod, objects))
        assert {name for name in given if name.endswith(("SECRET", "TOKEN", "KEY", "KEYS", "PASSWORD"))} == set()
        assert "DATABASE_URL" not in given


@pytest.mark.parametrize("example", EXAMPLES)
def test_credentials_are_files_where_the_program_looks_for_them(example: str) -> None:
    objects = rendered(example)
    for pod in pods(objects).values():
        for volume in pod["spec"]["volumes"]:
            if "secret" in volume:
                (mount,) = [each for each in container(pod)["volumeMounts"] if each["name"] == volume["name"]]
                assert mount == {
                    "name": "practices",
                    "mountPath": environment(pod, objects)["DENTALHUB_CREDENTIAL_DIR"],
                    "readOnly": True,
                }
                # The group's: fsGroup is the program's.
                assert volume["secret"]["defaultMode"] == 0o440
