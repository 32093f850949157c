"""The cache that all processes share: values, time, and counting at the same time."""

import datetime as dt
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import CacheHandler
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from dentalhub import cache_settings, database_cache
from dentalhub.models import CacheEntry

ROOT = Path(__file__).resolve().parents[2]
PROCESSES, EVENTS = 4, 60
# Each process counts as often as the others; the first line of its output is what it was refused.
COUNTING = f"""
import os
from types import SimpleNamespace
import django
django.setup()
from dentalhub import rate_limit
rate_limit.time = SimpleNamespace(time=lambda: float(os.environ["MOMENT"]))
waits = [rate_limit.seconds_to_wait("storm", {PROCESSES * EVENTS // 2}) for _ in range({EVENTS})]
print(sum(wait > 0 for wait in waits))
"""
PREPARING = """
import django
django.setup()
from django.db import connection
from dentalhub.models import CacheEntry
with connection.schema_editor() as editor:
    editor.create_model(CacheEntry)
"""


@pytest.fixture
def cache(db: None) -> Any:
    return CacheHandler({"default": cache_settings.cache("")})["default"]


@pytest.mark.parametrize("value", [0, -7, 2**40, True, False, None, "text", 1.5, [1.5, 2.5], {"a": [1]}])
def test_a_value_comes_back_as_it_was(cache: Any, value: Any) -> None:
    cache.set("key", value)
    assert cache.get("key", "none") == value
    assert type(cache.get("key")) is type(value)


def test_a_missing_value_is_the_default(cache: Any) -> None:
    assert (cache.get("key"), cache.get("key", 5)) == (None, 5)


def test_set_replaces(cache: Any) -> None:
    cache.set("key", "a")
    cache.set("key", 3)
    assert cache.get("key") == 3
    assert CacheEntry.objects.count() == 1


def test_add_keeps_what_is_there(cache: Any) -> None:
    assert [cache.add("key", 1), cache.add("key", 2), cache.get("key")] == [True, False, 1]


def test_add_replaces_what_has_expired(cache: Any) -> None:
    cache.set("key", 1, timeout=60)
    CacheEntry.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert cache.get("key") is None
    assert cache.add("key", 2)
    assert cache.get("key") == 2


def test_a_value_without_a_time_stays(cache: Any) -> None:
    cache.set("key", 1, timeout=None)
    assert CacheEntry.objects.get().expires_at == database_cache.NEVER


def test_incr_adds_to_a_living_number_and_leaves_its_time(cache: Any) -> None:
    cache.set("key", 1, timeout=60)
    until = CacheEntry.objects.get().expires_at
    assert [cache.incr("key"), cache.incr("key", 5), cache.decr("key")] == [2, 7, 6]
    assert CacheEntry.objects.get().expires_at == until


@pytest.mark.parametrize("value", [None, "5", 1.5])
def test_incr_refuses_what_is_no_number(cache: Any, value: Any) -> None:
    cache.set("key", value)
    with pytest.raises(ValueError, match="no number"):
        cache.incr("key")


def test_incr_refuses_an_expired_number(cache: Any) -> None:
    cache.set("key", 1, timeout=-1)
    with pytest.raises(ValueError, match="no number"):
        cache.incr("key")


def test_touch_and_delete_say_whether_there_was_one(cache: Any) -> None:
    assert (cache.touch("key", 10), cache.delete("key")) == (False, False)
    cache.set("key", 1)
    assert (cache.touch("key", 10), cache.delete("key"), cache.get("key")) == (True, True, None)


def test_clear_forgets_everything(cache: Any) -> None:
    cache.set_many({"a": 1, "b": 2})
    cache.clear()
    assert cache.get_many(["a", "b"]) == {}


def test_expired_values_are_cleaned_away_with_a_write(cache: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.set("old", 1, timeout=-1)
    monkeypatch.setattr(database_cache, "WRITES_PER_CLEANING", 1)
    cache.add("new", 1)
    assert list(CacheEntry.objects.values_list("key", flat=True)) == [cache.make_key("new")]


def test_processes_that_count_at_the_same_time_lose_no_event(tmp_path: Path) -> None:
    environment = os.environ | {
        "DENTALHUB_DATA_DIR": str(tmp_path),
        "DENTALHUB_ENV_FILE": str(tmp_path / "none.env"),
        "DENTALHUB_SECRET_KEY": "x" * 50,
        "DJANGO_SETTINGS_MODULE": "dentalhub.settings",
        # The same minute for all of them.
        "MOMENT": str(time.time()),
    }
    environment.pop("DATABASE_URL", None)
    environment.pop("DENTALHUB_CACHE_URL", None)

    def start(script: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", script]
        return subprocess.Popen(command, env=environment, cwd=ROOT, text=True, stdout=subprocess.PIPE)

    start(PREPARING).communicate(timeout=60)
    counting = [start(COUNTING) for _number in range(PROCESSES)]
    refused = [int(process.communicate(timeout=120)[0]) for process in counting]
    assert sum(refused) == PROCESSES * EVENTS // 2


def test_redis_is_a_server_for_all_processes() -> None:
    settings = cache_settings.cache("redis://:password@host:6379/2")
    assert settings["BACKEND"] == "django.core.cache.backends.redis.RedisCache"
    assert settings["LOCATION"] == "redis://:password@host:6379/2"


@pytest.mark.parametrize("address", ["filecache:///tmp/x", "dbcache://table", "host:6379"])
def test_another_cache_is_refused(address: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="DENTALHUB_CACHE_URL must begin with"):
        cache_settings.cache(address)


def test_redis_without_its_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_settings, "find_spec", lambda name: None)
    with pytest.raises(ImproperlyConfigured, match=r"pip install 'dentalhub\[redis\]'"):
        cache_settings.cache("redis://host")
