"""Ask whether a locked package has a known vulnerability: `make audit`.

pip-audit ends well when its service knows none of the packages, which is how a package index without such data
answers. So its answer is counted here: a package that nobody could judge is not a package without vulnerabilities.

Exit code 0: all were judged, none is vulnerable; 1: a vulnerable one; 3: some or all could not be judged.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Every package of every installation; the others hold a part of these.
LOCK_FILE = "requirements-dev.lock"
# Tried one after the other, until one knows the packages.
SERVICES = ("pypi", "osv")
VULNERABLE, UNKNOWN = 1, 3
TIMEOUT_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service said: how many packages it judged and skipped, and `name version: ids` of the vulnerable ones."""

    judged: int
    skipped: int
    vulnerable: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """A finding weighs more than a package that nobody could judge."""
        if self.vulnerable:
            return VULNERABLE
        return UNKNOWN if self.skipped or not self.judged else 0


def read(text: str) -> Answer:
    """pip-audit's JSON. Raises ValueError for anything else. *Pure*."""
    packages: Sequence[dict[str, Any]] = json.loads(text)["dependencies"]
    judged = [package for package in packages if "vulns" in package]
    found = tuple(
        f"{package['name']} {package['version']}: {', '.join(each['id'] for each in package['vulns'])}"
        for package in judged
        if package["vulns"]
    )
    return Answer(len(judged), len(packages) - len(judged), found)


def ask(service: str, lock_file: Path) -> Answer | None:
    """The answer of `service`; None when it cannot be reached."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(lock_file), "--disable-pip"]
    command += ["--vulnerability-service", service, "--format", "json", "--progress-spinner", "off"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=TIMEOUT_SECONDS)
        return read(done.stdout)
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        return None


def main(root: Path) -> int:
    """Say what was found; the exit code."""
    best = Answer(0, 0, ())
    for service in SERVICES:
        answer = ask(service, root / LOCK_FILE)
        if answer is None:
            sys.stdout.write(f"audit: {service} cannot be reached.\n")
            continue
        sys.stdout.write(f"audit: {service} judged {answer.judged} packages and knows nothing of {answer.skipped}.\n")
        best = max(best, answer, key=lambda each: (len(each.vulnerable), each.judged))
        if best.exit_code == 0:
            break
    for line in best.vulnerable:
        sys.stdout.write(f"audit: VULNERABLE: {line}\n")
    if best.exit_code == UNKNOWN:
        sys.stdout.write(
            f"audit: NOT PROVEN: only {best.judged} packages of {LOCK_FILE} were judged. "
            "Run `make audit` where one of these services can be reached.\n"
        )
    return best.exit_code


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parents[1]))
