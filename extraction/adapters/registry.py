"""Which adapter reads which software: the value of a center's `adapter` names it."""

from extraction.adapters.base import Adapter
from extraction.adapters.ivoris import IvorisAdapter
from extraction.exceptions import UnknownAdapterError

_ADAPTERS: dict[str, type[Adapter]] = {"ivoris": IvorisAdapter}


def register(name: str, adapter: type[Adapter]) -> None:
    """Make `adapter` the one for centers whose `adapter` is `name`; replaces an earlier one."""
    _ADAPTERS[name] = adapter


def names() -> list[str]:
    """The known names, sorted."""
    return sorted(_ADAPTERS)


def adapter_class(name: str) -> type[Adapter]:
    """The adapter of that name. Raises UnknownAdapterError, which lists the known ones."""
    try:
        return _ADAPTERS[name]
    except KeyError:
        raise UnknownAdapterError(name, names()) from None
