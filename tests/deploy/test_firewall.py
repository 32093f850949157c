"""Who may call whom: the NetworkPolicies of the chart."""

from ipaddress import ip_network
from typing import Any

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
    selected,
)

pytestmark = needs_helm


@pytest.mark.parametrize("example", EXAMPLES)
def test_nothing_is_allowed_that_no_policy_allows(example: str) -> None:
    objects = rendered(example)
    policies = of_kind(objects, "NetworkPolicy")
    nothing = policies["dentalhub-nothing"]["spec"]
    assert selected(objects, nothing["podSelector"]["matchLabels"]) == set(pods(objects))
    assert (nothing["policyTypes"], nothing.keys() & {"ingress", "egress"}) == (["Ingress", "Egress"], set())
    for policy in policies.values():
        assert selected(objects, policy["spec"]["podSelector"]["matchLabels"])
        for rule in [*policy["spec"].get("ingress", []), *policy["spec"].get("egress", [])]:
            # An empty list would mean everybody, or every port.
            assert all(rule.get(key) for key in ({"ports"} | (rule.keys() & {"to", "from"})))
            assert rule.keys() & {"to", "from"}


def test_each_region_reaches_its_own_practices_only() -> None:
    objects = rendered("three-regions")
    common = {
        ("10.1.2.3/32", 1433, 1433),
        ("10.1.2.10/32", 6379, 6379),
        ("10.9.0.0/24", 443, 443),
        ("10.9.1.25/32", 587, 587),
    }
    named = (49152, 65535)
    assert {name: egress(objects, name) - common for name in pods(objects)} == {
        "dentalhub-migrate": set(),
        "dentalhub-web": set(),
        "dentalhub-interactive": set(),
        "dentalhub-worker-dentalhub": set(),
        "dentalhub-worker-germany": {
            (net, *ends) for net in ("10.49.0.0/16", "10.50.0.0/16") for ends in ((1433, 1433), named)
        },
        "dentalhub-worker-austria": {("10.43.0.0/16", 1433, 1433)},
        "dentalhub-worker-north-italy": {("10.39.0.0/16", 1433, 1433), ("10.39.0.0/16", *named)},
    }
    for name in pods(objects):
        assert common <= egress(objects, name)


def test_the_firewall_and_the_program_agree() -> None:
    objects = rendered("three-regions")
    for name, pod in pods(objects).items():
        if "dentalhub/queue" in pod["metadata"]["labels"]:
            allowed = filter(None, environment(pod, objects)["DENTALHUB_SOURCE_NETWORKS"].split(","))
            reached = {network for network, *_ports in egress(objects, name)}
            assert {str(ip_network(network)) for network in allowed} <= reached


def test_only_ingress_and_monitoring_may_call_and_only_the_pages() -> None:
    objects = rendered("three-regions")
    rules: list[Any] = [
        (selected(objects, policy["spec"]["podSelector"]["matchLabels"]), policy["spec"]["ingress"])
        for policy in of_kind(objects, "NetworkPolicy").values()
        if "ingress" in policy["spec"]
    ]
    peers = [
        {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}
        for name in ("ingress-nginx", "monitoring")
    ]
    assert rules == [({"dentalhub-web"}, [{"from": peers, "ports": [{"protocol": "TCP", "port": 8000}]}])]
    assert container(pods(objects)["dentalhub-web"])["ports"][0]["containerPort"] == 8000
