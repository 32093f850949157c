"""Many processes append to one trail."""

import os
import subprocess
import sys
from pathlib import Path

from tests.secret_key import SECRET_KEY

ROOT = Path(__file__).resolve().parents[2]
PROCESSES, EACH = 6, 60


def test_processes_append_without_a_gap(tmp_path: Path) -> None:
    environment = os.environ | {
        "DENTALHUB_DATA_DIR": str(tmp_path),
        "DENTALHUB_SECRET_KEY": SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "dentalhub.settings",
    }
    environment.pop("DATABASE_URL", None)

    def start(*arguments: str) -> "subprocess.Popen[str]":
        command = [sys.executable, *arguments]
        return subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    migration = start("manage.py", "migrate", "--verbosity=0")
    assert (migration.communicate()[0], migration.returncode) == ("", 0)
    writers = [start("-m", "tests.frame.audit_writers", f"writer {name}", str(EACH)) for name in range(PROCESSES)]
    assert [(writer.communicate()[0], writer.returncode) for writer in writers] == [("", 0)] * PROCESSES
    verifier = start("manage.py", "verify_audit")
    said = verifier.communicate()[0].splitlines()
    assert (verifier.returncode, said[-1]) == (0, "240 events are as they were written. The last one is 240.")
