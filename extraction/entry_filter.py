"""Which chart entries somebody wants: shared by screens, exports, the API and commands. *Pure*."""

import datetime as dt
from dataclasses import dataclass, replace

HIDDEN = "…"


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which chart entries; empty parts do not narrow, all others must hold at once.

    `center_ids` are the centers' own ids, `regions` the codes of regions, the days are included, `text` is found in
    any case and spelling of umlauts, and `pseudonym` is a whole one, as `extraction.pseudonyms` makes them.
    `within` are the primary keys of the regions that the person sees, as `extraction.entry_scope` sets it; None: all.
    """

    date_from: dt.date | None = None
    date_to: dt.date | None = None
    center_ids: tuple[str, ...] = ()
    status: str = ""
    service_code: str = ""
    text: str = ""
    regions: tuple[str, ...] = ()
    pseudonym: str = ""
    within: tuple[int, ...] | None = None

    def without_patients(self) -> "EntryFilter":
        """The same for logs, audit events and ledgers: a searched text may be a name, a pseudonym is one patient."""
        return replace(self, text=HIDDEN if self.text else "", pseudonym=HIDDEN if self.pseudonym else "")
