"""What the chart refuses: each wrong value in words that name it."""

from typing import Any

import pytest
import yaml

from tests.deploy.rendering import CHART, EXAMPLES, RefusedError, helm, needs_helm, rendered
from tests.frame.settings_variables import settings_variables

pytestmark = needs_helm
SCHEMA: dict[str, Any] = yaml.safe_load((CHART / "values.schema.json").read_text(encoding="utf-8"))
CONFIG = SCHEMA["properties"]["config"]["propertyNames"]["allOf"]
REGION = 'workers.vienna={"credentialsSecret": "vienna", "practices": {"networks": ["10.43.0.0/16"]}}'


def refusal(example: str, *settings: str) -> str:
    with pytest.raises(RefusedError) as caught:
        rendered(example, *settings)
    return str(caught.value)


def test_nothing_said_is_refused_with_all_that_is_missing() -> None:
    with pytest.raises(RefusedError) as caught:
        helm("template", "dentalhub", CHART)
    said = str(caught.value).split("the values are not complete:\n")[1].split("\n\n")[0]
    assert [line.split(":")[0] for line in said.splitlines()] == [
        *("image.repository", "image.tag or image.digest", "secrets.application"),
        *("database.existingSecret", "database.networks", "exports"),
        *("hosts", "trustedProxies", "networkPolicy.ingressFrom", "web.readsSources", "workers.dentalhub"),
    ]


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ('image.tag=""', "image.tag or image.digest: "),
        ('secrets.application=""', "secrets.application: "),
        ('database.existingSecret=""', "pods cannot share a SQLite file"),
        ("database.networks=[]", "database.networks: "),
        ("redis.broker=true", "redis.existingSecret: "),
        ("redis.cache=true", "redis.networks: "),
        ('exports.storage="s3://bucket/files"', "storage or existingClaim, not both"),
        ('exports.existingClaim=""', "exports: storage (s3://bucket/prefix) or existingClaim"),
        ("hosts=[]", "hosts: "),
        ("trustedProxies=[]", "trustedProxies: "),
        ("networkPolicy.ingressFrom=[]", "networkPolicy.ingressFrom: "),
        ("ingress.enabled=true", "ingress.tlsSecret: "),
        ("monitoring.serviceMonitor.enabled=true", "monitoring.tokenSecret: "),
        ("web.autoscaling={\"enabled\": true, \"minReplicas\": 9}", "web.autoscaling.maxReplicas: "),
        ('workers.vienna={"credentialsSecret": "vienna"}', "workers.vienna.practices.networks: "),
        ('workers.dentalhub.credentialsSecret="dentalhub-database"', "dentalhub-database is that of the installation"),
        ("workers.dentalhub.maxReplicas=3", "say with workerAutoscaling.by what decides"),
        ("workers=null", "workers.dentalhub: "),
        ('workerAutoscaling.by="queue"', "workerAutoscaling.prometheusAddress: "),
    ],
)  # fmt: skip
def test_what_is_missing_or_contradicts_itself_is_refused(setting: str, said: str) -> None:
    assert said in refusal("smallest", setting)


def test_two_queues_cannot_share_a_secret() -> None:
    said = refusal("smallest", REGION, 'workers.vienna.environmentSecret="dentalhub-practices"')
    assert "workers.vienna: the Secret dentalhub-practices is that of dentalhub already" in said


def test_two_queues_cannot_have_the_same_name_in_kubernetes() -> None:
    said = refusal("three-regions", 'workers.north-italy={"practices": {"networks": ["10.38.0.0/16"]}}')
    assert "workers.north_italy: north-italy has the same name" in said


def test_a_queue_is_here_or_elsewhere() -> None:
    assert "otherQueues: the workers of austria are here." in refusal("three-regions", 'otherQueues=["austria"]')


def test_fewer_pods_at_most_than_at_least_are_refused() -> None:
    assert "workers.germany.maxReplicas: at least replicas." in refusal(
        "three-regions", "workers.germany.maxReplicas=1"
    )


@pytest.mark.parametrize(
    ("setting", "place"),
    [
        ("web.replica=3", "/web"),
        ("web.replicas=0", "/web/replicas"),
        ('web.replicas="3"', "/web/replicas"),
        ('image.tag="latest"', "/image/tag"),
        ('image.digest="sha256:abc"', "/image/digest"),
        ('hosts=["https://dentalhub.example.org"]', "/hosts/0"),
        ('trustedProxies=["0.0.0.0/0"]', "/trustedProxies/0"),
        ('database.networks=["db.example.org"]', "/database/networks/0"),
        ("database.port=70000", "/database/port"),
        ('database.url="mssql://hub:secret@db/hub"', "/database"),
        ('exports.storage="/exports"', "/exports/storage"),
        ('workers.dentalhub.practices.networks=["0.0.0.0/0"]', "/workers/dentalhub/practices/networks/0"),
        ('workers.dentalhub.practices.networks=["::/0"]', "/workers/dentalhub/practices/networks/0"),
        ("workers.dentalhub.practices.ports=[1433]", "/workers/dentalhub/practices/ports/0"),
        ('workers.dentalhub.practices.ports=["1433:1500"]', "/workers/dentalhub/practices/ports/0"),
        ('workers.dentalhub.password="geheim"', "/workers/dentalhub"),
        ("workers.dentalhub=null", "/workers/dentalhub"),
        ('otherQueues=["interactive"]', "/otherQueues/0"),
        ('workerAutoscaling.by="memory"', "/workerAutoscaling/by"),
        ("networkPolicy.ingressFrom=[{}]", "/networkPolicy/ingressFrom/0"),
        ('networkPolicy.services=[{"networks": ["10.9.0.0/24"]}]', "/networkPolicy/services/0"),
        ("config.DENTALHUB_SESSION_HOURS=1000000", "/config/DENTALHUB_SESSION_HOURS"),
    ],
)  # fmt: skip
def test_what_has_a_wrong_form_is_refused(setting: str, place: str) -> None:
    said = refusal("smallest", setting)
    assert "values don't meet the specifications of the schema" in said
    assert f"at '{place}'" in said


@pytest.mark.parametrize(
    "name",
    [
        *("workers.Vienna", "workers.interactive", "workers.vienna-"),
        *("config.LANGUAGE", "config.DATABASE_URL", "config.DENTALHUB_SECRET_KEY", "config.DENTALHUB_DEBUG"),
        *("config.DENTALHUB_SANDBOX", "config.DENTALHUB_QUEUES"),
    ],
)
def test_a_name_that_cannot_be_is_refused(name: str) -> None:
    assert f"invalid propertyName '{name.partition('.')[2]}'" in refusal("smallest", f"{name}={{}}")


def test_settings_that_hold_secrets_or_that_the_chart_derives_cannot_be_plain() -> None:
    known = settings_variables()
    named = {name for rule in CONFIG for name in rule["not"].get("enum", [])}
    assert named - known == set()
    secret = {
        *("DENTALHUB_SECRET_KEY", "DENTALHUB_SECRET_KEYS", "DENTALHUB_METRICS_TOKEN", "DENTALHUB_AUDIT_KEY"),
        *("DENTALHUB_PSEUDONYM_KEY", "DENTALHUB_SUPPRESSION_KEYS", "DENTALHUB_EXPORT_WEBHOOK_SECRET"),
        *("DENTALHUB_VAULT_TOKEN", "DENTALHUB_VAULT_SECRET_ID", "DENTALHUB_EMAIL_URL", "DENTALHUB_CACHE_URL"),
        *("DENTALHUB_BROKER_URL", "DENTALHUB_OIDC_KEYCLOAK_CLIENT_SECRET"),
    }
    for name in sorted(secret):
        assert f"invalid propertyName '{name}'" in refusal("smallest", f'config.{name}="x"'), name
    derived = set(rendered_settings())
    assert derived - known == set()
    assert derived <= named | {"DENTALHUB_LANGUAGE"}


def rendered_settings() -> dict[str, str]:
    """What the chart derives itself, all of it."""
    (found,) = [
        each["data"]
        for each in rendered("three-regions", 'config={"DENTALHUB_LANGUAGE": "de"}')
        if each["kind"] == "ConfigMap" and each["metadata"]["name"] == "dentalhub"
    ]
    return {
        name: value
        for name, value in found.items()
        if name not in yaml.safe_load(EXAMPLES["three-regions"].read_text())["config"]
    }


@pytest.mark.parametrize(
    "name",
    ["DENTALHUB_RETENTION_DAYS", "DENTALHUB_LOG_LEVEL", "DENTALHUB_VAULT_ADDRESS", "DENTALHUB_OIDC_KEYCLOAK_ISSUER"],
)
def test_other_settings_may_be_plain(name: str) -> None:
    (settings,) = [
        each["data"]
        for each in rendered("smallest", f'config.{name}="20"')
        if each["metadata"]["name"] == "dentalhub" and each["kind"] == "ConfigMap"
    ]
    assert settings[name] == "20"
