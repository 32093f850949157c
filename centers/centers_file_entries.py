"""The shape of a centers file: which keys stand where, and of which type. *Pure*."""

import datetime as dt
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from centers.closing_days import ClosingDaysError, normal_form
from centers.enums import CenterState, Encryption, Isolation
from centers.server_spec import DEFAULT_DRIVER

DEFAULT_CODE = "default"


def _word_of_bool(value: Any) -> Any:
    """YAML reads a bare yes as true and a bare no as false."""
    if isinstance(value, bool):
        return Encryption.YES.value if value else Encryption.NO.value
    return value


def _lines_of_days(value: Any) -> Any:
    """A list of closing days is a text with a line for each; YAML reads a bare day as a date."""
    if not isinstance(value, list):
        return value
    text = "\n".join(item.isoformat() if isinstance(item, dt.date) else str(item) for item in value)
    try:
        return normal_form(text)
    except ClosingDaysError:
        # The model's validator says what is wrong.
        return text


class Entry(BaseModel):
    """Base of all entries: no key that is not named here."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class RegionEntry(Entry):
    """One entry of `regions:`, by its code."""

    name: str
    time_zone: str = "Europe/Berlin"
    holiday_area: str = ""


class ServerEntry(Entry):
    """One entry of `servers:`, by its code, or the flat `database:` block."""

    region: str = DEFAULT_CODE
    host: str
    port: int = 1433
    user: str
    # A reference to the password, never the password.
    password: str
    driver: str = DEFAULT_DRIVER
    encrypt: Annotated[str, BeforeValidator(_word_of_bool)] = Encryption.YES.value
    trust_server_certificate: bool = False
    host_name_in_certificate: str = ""
    isolation: str = Isolation.READ_UNCOMMITTED.value
    login_timeout: int = 10
    query_timeout: int = 30
    lock_timeout_ms: int = 5000
    max_connections: int = 20


class CenterEntry(Entry):
    """One entry of `centers:`."""

    id: str
    name: str
    database: str
    city: str = ""
    server: str = DEFAULT_CODE
    adapter: str = "ivoris"
    state: str = CenterState.ACTIVE.value
    holiday_area: str = ""
    closing_days: Annotated[str, BeforeValidator(_lines_of_days)] = ""


# Where an entry's key has another name than the model's field.
FIELD_OF_KEY = {"id": "center_id", "password": "credential"}
# Keys that hold a list, which the model keeps as lines of text.
LISTS_OF_LINES = frozenset({"closing_days"})
