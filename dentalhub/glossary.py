"""The words of dentalhub and what they mean, for its help pages. *Pure*."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Term:
    """One word. `slug` is the place in the address of the glossary and never changes."""

    slug: str
    word: Promise
    meaning: Promise


TERMS = (
    Term("center", _("Center"), _("One dental practice and its database.")),
    Term(
        "region",
        _("Region"),
        _(
            "A group of centers with database servers, passwords and workers of its own. People see the regions "
            "they need."
        ),
    ),
    Term(
        "server",
        _("Database server"),
        _("Address, encryption and password reference that one or many centers share."),
    ),
    Term(
        "source",
        _("Source"),
        _("A center's own database. It is only ever read, and only the fields that are needed."),
    ),
    Term(
        "names",
        _("Canonical and physical names"),
        _(
            "Canonical is dentalhub's name of a table or column, physical is the name that one center's database "
            "gives it."
        ),
    ),
    Term(
        "snapshot",
        _("Snapshot"),
        _(
            "The tables, columns and types of a source as they were at one moment. A new one is kept only when its "
            "fingerprint differs from the last one's."
        ),
    ),
    Term(
        "discovery",
        _("Discovery"),
        _("Taking a snapshot of a source: names, types, keys and a few masked sample values, no patient's data."),
    ),
    Term(
        "proposal",
        _("Proposal"),
        _("The machine's guess which physical column each canonical field is, with confidence and evidence."),
    ),
    Term(
        "confidence",
        _("Confidence"),
        _(
            "How sure the machine is of a proposed column: certain from 90 percent, likely from 70, unsure from "
            "50, below "
            "that open. Approved mappings show that it is right about that often. It never approves anything by itself."
        ),
    ),
    Term(
        "evidence",
        _("Evidence"),
        _("What speaks for a proposed column or against it: its name, its type, its values, other centers."),
    ),
    Term(
        "mapping",
        _("Mapping"),
        _(
            "The answer which physical column each field is for one center. It has versions: draft, in review, "
            "approved, "
            "rejected, superseded. Only an approved one is extracted with."
        ),
    ),
    Term(
        "four-eyes",
        _("Four eyes"),
        _("Whoever wrote a version cannot approve it. A change after the approval needs a new one."),
    ),
    Term(
        "drift",
        _("Drift"),
        _(
            "The source has changed since its mapping was approved. Where a needed column is gone or has another type, "
            "this center is not read until somebody has approved a new version. The others go on."
        ),
    ),
    Term(
        "run",
        _("Run"),
        _("One request to extract: some centers and some business dates. Its part for one center is a center run."),
    ),
    Term(
        "business-date",
        _("Business date"),
        _("The day that chart entries belong to, not the day on which they were read."),
    ),
    Term(
        "slice",
        _("Slice"),
        _("One center on one business date. It is always replaced as a whole, so that it is never half there."),
    ),
    Term(
        "chart-entry",
        _("Chart entry"),
        _("One row of the results: date, patient, insurance, text and service codes."),
    ),
    Term(
        "held",
        _("Held day"),
        _(
            "Far fewer entries came for a day than it had before, so the earlier ones stay until somebody "
            "decides. Accept "
            "the new ones when the practice has really deleted entries; else keep what is there and find the cause."
        ),
    ),
    Term(
        "breaker",
        _("Circuit breaker"),
        _(
            "After repeated failures a server or a center is left alone for a while, so that no account is locked and "
            "nobody waits for it. Then one try decides. An admin can let it be tried again at once."
        ),
    ),
    Term(
        "worker",
        _("Worker"),
        _("The program that does the work in the background. Each region can have workers of its own."),
    ),
    Term(
        "manifest",
        _("Manifest"),
        _("Where a slice comes from: run, mapping version, time, number of entries and checksum."),
    ),
    Term(
        "pseudonym",
        _("Pseudonym"),
        _("Stands for a patient's number: the same for the same patient, and nobody can compute the number from it."),
    ),
    Term(
        "agreement",
        _("Processing agreement"),
        _(
            "The contract under which a center's data may be processed. Without a valid one a center is not "
            "read, if your network's rules say so."
        ),
    ),
    Term(
        "suppression",
        _("Erased patient"),
        _(
            "A patient whose rows were erased. A keyed mark that gives no number away keeps later runs from "
            "bringing them back."
        ),
    ),
    Term(
        "pinned",
        _("Pinned certificate"),
        _("This server must show exactly the certificate that an admin has looked at; any other ends the connection."),
    ),
    Term(
        "trusted",
        _("Trusted blindly"),
        _("The server's certificate is not checked. It takes two people, a reason and an end date."),
    ),
)
TERM_OF_SLUG = {term.slug: term for term in TERMS}
