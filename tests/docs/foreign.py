"""Lines for other programs: the names of ours in them are looked up."""

import importlib.util
import re
import shlex
from collections.abc import Callable
from urllib.parse import urlsplit

import yaml
from django.urls import Resolver404, resolve

from tests.docs.lines import ROOT
from tests.frame.settings_variables import settings_variables

_ASSIGNMENT = re.compile(r"[A-Z][A-Z0-9_]*=\S*")
_PROVIDERS = ROOT / "dentalhub" / "sign_in" / "providers.py"


def kind(text: str) -> str | None:
    """Which of the kinds below a line is; None for another one."""
    words = _without_assignments(text)
    if not words:
        return "setting"
    first = " ".join(words[:2])
    if words[0] in {"make", "systemctl", "cp", "curl", "helm", "kubectl"}:
        return words[0]
    if first == "docker compose":
        return "compose"
    if re.fullmatch(r"(\.venv/bin/)?python", words[0]) and words[1] == "-m" and not words[2].startswith("pip"):
        return "module"
    return None


def problem(text: str) -> str:
    """What is not there; empty when all is, or the line is none of these kinds."""
    checks: dict[str, Callable[[str], str]] = {
        "setting": _setting,
        "make": _make,
        "systemctl": _systemctl,
        "cp": _cp,
        "curl": _curl,
        "helm": _helm,
        "kubectl": _kubectl,
        "compose": _compose,
        "module": _module,
    }
    name = kind(text)
    return checks[name](text) if name else ""


def _without_assignments(text: str) -> list[str]:
    if _ASSIGNMENT.match(text) and " " in text and text.split("=")[0].startswith("DENTALHUB_OIDC"):
        return []
    words = shlex.split(text)
    while words and _ASSIGNMENT.fullmatch(words[0]):
        words = words[1:]
    return words


def _setting(text: str) -> str:
    name = text.partition("=")[0]
    known = settings_variables()
    ends = set(re.findall(r'\{start\}([A-Z_]+)"', _PROVIDERS.read_text(encoding="utf-8")))
    found = re.fullmatch(r"DENTALHUB_OIDC_[A-Z]+?_(\w+?)(_FILE)?", name)
    if name in known or name.removesuffix("_FILE") in known or (found and found[1] in ends):
        return ""
    return f"{name} is no setting."


def _make(text: str) -> str:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    wrong = [word for word in _without_assignments(text)[1:] if "=" not in word and word not in targets]
    return f"There is no target {wrong[0]}." if wrong else ""


def _systemctl(text: str) -> str:
    for unit in shlex.split(text)[2:]:
        if unit.startswith("-"):
            continue
        name = re.sub(r"@([a-z]+|\*)", "@", unit)
        name = name if name.endswith((".service", ".timer")) else f"{name}.service"
        if not (ROOT / "deploy" / "systemd" / name).is_file():
            return f"There is no unit {name}."
    return ""


def _helm(text: str) -> str:
    """tests/deploy runs those that need no cluster."""
    missing = [word for word in shlex.split(text) if word.startswith("deploy/") and not (ROOT / word).exists()]
    return f"There is no {missing[0]}." if missing else ""


def _kubectl(text: str) -> str:
    """Our command behind `--` is read with all others; tests/deploy knows what the chart's objects are called."""
    wanted = ["kubectl", "create", "namespace"], ["kubectl", "--namespace", "dentalhub"]
    return "" if shlex.split(text)[:3] in wanted else "Say in which namespace."


def _cp(text: str) -> str:
    source = shlex.split(text)[1]
    return "" if list(ROOT.glob(source)) else f"There is no {source}."


def _compose(text: str) -> str:
    words = _without_assignments(text)
    file = words[words.index("--file") + 1] if "--file" in words else "docker-compose.yml"
    if not (ROOT / file).is_file():
        return f"There is no {file}."
    services = yaml.safe_load((ROOT / file).read_text(encoding="utf-8"))["services"]
    profiles = {name for service in services.values() for name in service.get("profiles", [])}
    wanted = {words[place + 1] for place, word in enumerate(words) if word == "--profile"}
    named = [word for word in words[words.index("up") + 1 :] if not word.startswith("-")] if "up" in words else []
    missing = (wanted - profiles) | (set(named) - set(services))
    return f"{file} has no {', '.join(sorted(missing))}." if missing else ""


def _module(text: str) -> str:
    name = _without_assignments(text)[2]
    return "" if importlib.util.find_spec(name) else f"There is no module {name}."


def _curl(text: str) -> str:
    address = next(word for word in shlex.split(text) if word.startswith("http://"))
    try:
        resolve(urlsplit(address).path)
    except Resolver404:
        return f"There is no page {urlsplit(address).path}."
    return ""
