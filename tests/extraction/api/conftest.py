"""What the tests of the API share."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache

from extraction.entry_filter import EntryFilter
from extraction.export_formats import ExportFormat
from extraction.export_jobs import request_export, write
from extraction.landing import land
from extraction.leases import Lease
from extraction.models import ExtractionRun
from tests.extraction.builders import entry, success
from tests.extraction.conftest import TaskOf


@pytest.fixture(autouse=True)
def no_counted_requests() -> Iterator[None]:
    """Keys of tokens come again from test to test, and so would their counts."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def landed(run: ExtractionRun, lease: Lease, task_of: TaskOf) -> ExtractionRun:
    """Two entries of center_01 on Friday, none of it from Monday to Thursday; nothing of the others."""
    entries = (entry("7", "01 Untersuchung", row="1"), entry("8", "Füllung =1+1", row="2", codes=("Ä1", "2060")))
    result = success(task_of(run.center_runs.select_related("center")[0]), *entries)
    assert land([result], {lease.shard_id: lease}) == set()
    return run


@pytest.fixture
def files(tmp_path: Path, settings: Any) -> Path:
    """The storage of exports."""
    settings.EXPORT_STORAGE = str(tmp_path / "files")
    return tmp_path / "files"


@pytest.fixture
def everything(landed: ExtractionRun, admin: User, files: Path) -> ExtractionRun:
    """What has landed, and an export of it that the admin may take."""
    assert write(request_export(EntryFilter(), ExportFormat.CSV, admin).export.pk)
    return landed
