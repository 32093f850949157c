"""Forget what the matcher has kept in memory about names."""

import sys


def clear_caches() -> None:
    """Empty the caches of the mappings app that hold one center's names (`lru_cache` with a size).

    What is read from files once and for all (`cache`) stays.
    """
    for name, module in list(sys.modules.items()):
        if not name.startswith("mappings."):
            continue
        for value in list(vars(module).values()):
            info, clear = getattr(value, "cache_info", None), getattr(value, "cache_clear", None)
            if callable(info) and callable(clear) and info().maxsize is not None:
                clear()
