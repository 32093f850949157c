"""The shape of a centers file: which keys stand where, and of which type. *Pure*."""

import datetime as dt
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from centers.closing_days import ClosingDaysError, normal_form
from centers.enums import CenterState, Encryption, Isolation, TlsPolicy
from centers.server_spec import DEFAULT_DRIVER

DEFAULT_CODE = "default"
# In the place of a password that is stored here; in a file it keeps what is there.
STORED_MARK = "(stored)"


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
    controller: str = ""
    legal_basis: str = ""
    purpose: str = ""
    agreement_on: dt.date | None = None
    agreement_until: dt.date | None = None
    retention_days: int | None = None
    # For its servers that have none of their own.
    user: str = ""
    password: str = ""


class ServerEntry(Entry):
    """One entry of `servers:`, by its code, or the flat `database:` block."""

    region: str = DEFAULT_CODE
    host: str
    port: int = 1433
    # Both empty: those of the region.
    user: str = ""
    # A reference to the password or STORED_MARK, never the password.
    password: str = ""
    driver: str = DEFAULT_DRIVER
    encrypt: Annotated[str, BeforeValidator(_word_of_bool)] = Encryption.YES.value
    # `trusted` asks for it; two persons decide.
    tls: str = TlsPolicy.VERIFIED.value
    certificate: str = ""
    host_name_in_certificate: str = ""
    isolation: str = Isolation.READ_UNCOMMITTED.value
    read_only_intent: bool = True
    login_timeout: int = 10
    query_timeout: int = 30
    lock_timeout_ms: int = 5000
    max_connections: int = 20

    @model_validator(mode="before")
    @classmethod
    def _as_it_was_called(cls, data: Any) -> Any:
        """Files of earlier days say `trust_server_certificate`."""
        if not isinstance(data, dict) or not isinstance(data.get("trust_server_certificate"), bool):
            return data
        kept = {key: value for key, value in data.items() if key != "trust_server_certificate"}
        return {"tls": TlsPolicy.TRUSTED.value, **kept} if data["trust_server_certificate"] else kept


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
    controller: str = ""
    legal_basis: str = ""
    purpose: str = ""
    agreement_on: dt.date | None = None
    agreement_until: dt.date | None = None
    retention_days: int | None = None


# Where an entry's key has another name than the model's field.
FIELD_OF_KEY = {"id": "center_id", "password": "credential"}
# Keys that hold a list, which the model keeps as lines of text.
LISTS_OF_LINES = frozenset({"closing_days"})
