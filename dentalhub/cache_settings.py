"""Where counts are kept that all processes share. *Pure*."""

from importlib.util import find_spec
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environ import Env

KEPT_IN_MEMORY = "locmemcache"
ON_A_SERVER = ("redis", "rediss")


def cache(address: str) -> dict[str, Any]:
    """Django's settings for `address`; empty: our own database. Raises ImproperlyConfigured for an unknown one."""
    if not address:
        return {"BACKEND": "dentalhub.database_cache.DatabaseCache"}
    scheme = address.partition(":")[0]
    if scheme == KEPT_IN_MEMORY:
        # The number keeps counts from being thrown out.
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 10_000}}
    if scheme not in ON_A_SERVER:
        raise ImproperlyConfigured("DENTALHUB_CACHE_URL must begin with redis://, rediss:// or locmemcache://.")
    if find_spec("redis") is None:
        raise ImproperlyConfigured("DENTALHUB_CACHE_URL needs the package redis: pip install 'dentalhub[redis]'.")
    settings: dict[str, Any] = Env.cache_url_config(address)
    return settings
