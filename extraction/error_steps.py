"""What a person does about an error, step by step; `docs/errors.md` says the same in one sentence. *Pure*."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from centers.exceptions import SourceErrorKind as Kind
from extraction.causes import Cause

_DISCOVER = _("Discover the center again; a proposal for the changed names is made by itself.")
_REVIEW = _("Let a reviewer approve the new version. Until then this center alone is left out.")
_TRY_AGAIN = _("Try the failed centers again on the page of the run; what has landed is not read twice.")
_TEST = _("Test the connection on the center's page: it names the step that fails.")

STEPS: Mapping[str, tuple[Promise, ...]] = {
    Kind.NETWORK: (
        _("Compare host and port with what the practice has given you."),
        _(
            "If they are right, the operator adds the network to DENTALHUB_SOURCE_NETWORKS or the port to "
            "DENTALHUB_SOURCE_PORTS."
        ),
    ),
    Kind.DNS: (
        _("Compare the spelling of the host with what the practice has given you."),
        _(
            "Names of a practice's own network are known only through its VPN: check that it is up, or enter the "
            "address."
        ),
        _TEST,
    ),
    Kind.REFUSED: (
        _("Ask the practice whether SQL Server runs. After a restart it can take minutes."),
        _(
            "Check the port: TCP/IP must be switched on in SQL Server Configuration Manager, and named instances "
            "have ports of their own."
        ),
        _TEST,
    ),
    Kind.UNREACHABLE: (
        _("Check whether other centers of the same region can be reached. If none can, the VPN is down."),
        _("Ask whether a firewall has changed, or the practice's server is switched off at night."),
        _TEST,
    ),
    Kind.TLS: (
        _("Look at the server's certificate on its page: whose it is, for which name and until when."),
        _("Ask the practice for a certificate that names the host, or pin the one that is there."),
    ),
    Kind.TRUST: (
        _("Verify or pin the server's certificate; both need nobody else."),
        _("If neither is possible yet, ask for blind trust until a date, and let a second admin approve it."),
    ),
    Kind.LOGIN: (
        _(
            "Correct the user or the password at the place that the password reference names. Nothing tries it "
            "meanwhile."
        ),
        _("If it is right, ask the practice whether the login is locked, expired or not allowed from here."),
        _("Test the connection, then let it be tried again on the page of what is left alone."),
    ),
    Kind.LOGIN_TIMEOUT: (
        _("Ask whether the server is overloaded, for instance by a backup at this time."),
        _("Raise the login timeout of the server, or move the region's schedule."),
    ),
    Kind.CREDENTIAL: (
        _("Check the spelling of the password reference on the server's page."),
        _(
            "Check that the secret is there for the workers of this region: variable, file, Vault path or stored "
            "password."
        ),
    ),
    Kind.SECRET_STORE: (
        _("Check that Vault or AWS Secrets Manager answers from the machine of the workers."),
        _("Check that the workers' own access to it has not expired."),
    ),
    Kind.DATABASE: (
        _("Compare the database's name with what the practice has given you."),
        _("Ask whether it is online, or is being restored at this time."),
        _TEST,
    ),
    Kind.TABLE: (_DISCOVER, _REVIEW),
    Kind.COLUMN: (_DISCOVER, _REVIEW),
    Kind.SCHEMA: (_DISCOVER, _REVIEW),
    Kind.PERMISSION: (
        _("Ask the practice to let the login read its tables (right SELECT), and nothing more."),
        _TEST,
    ),
    Kind.DEADLOCK: (
        _("Nothing, if it happens now and then: it is tried again by itself."),
        _("If it happens daily, move the region's schedule out of the practice's working hours."),
    ),
    Kind.LOCK_TIMEOUT: (
        _("Move the region's schedule out of the practice's working hours, or away from its backup."),
        _(
            "Choose another isolation for the server: snapshot isolation waits for nobody, where the database "
            "allows it."
        ),
    ),
    Kind.CONFLICT: (_("Nothing, if it happens now and then: it is tried again by itself."),),
    Kind.BUSY: (
        _("Lower the parallel connections of the server on its page."),
        _("Move the region's schedule away from the practice's own nightly work."),
    ),
    Kind.TIMEOUT: (
        _("Try it again outside the practice's working hours."),
        _("Raise the query timeout of the server, or read fewer days at once."),
        _("If one center alone is slow, ask whether its database lacks an index on the date of its chart entries."),
    ),
    Kind.HUNG: (
        _("Test the connection. If it hangs too, ask the practice to look at its server."),
        _("A firewall that drops idle connections without a word looks the same: ask whether one stands in between."),
    ),
    Kind.CONNECTION_LOST: (
        _TRY_AGAIN,
        _("If it breaks again, check the VPN: an unstable line shows in many centers of a region at once."),
    ),
    Kind.INCOMPLETE: (
        _TRY_AGAIN,
        _("If it repeats, tell the operator the run's number: the earlier entries of the day are kept."),
    ),
    Kind.DRIVER: (_("Run `make setup` on the machine of the workers, then restart them."),),
    Kind.POOLING: (_("Remove Pooling = Yes from odbcinst.ini on the machine of the workers, then restart them."),),
    Kind.PROTOCOL: (
        _("Check that host and port lead to a SQL Server and not to another program or a proxy."),
        _TEST,
    ),
    Kind.OTHER: (
        _("Look the number in the message up in SQL Server's documentation."),
        _TRY_AGAIN,
    ),
    Cause.PAUSED: (_("Resume the center on its page when it is to be read again; the missing days are fetched then."),),
    Cause.NO_MAPPING: (
        _("Discover the center; a proposal is made by itself."),
        _("Let a reviewer approve it. Its days are read with the next run."),
    ),
    Cause.INVALID_MAPPING: (_DISCOVER, _REVIEW),
    Cause.ADAPTER: (_("Correct the software on the center's page: it names one that dentalhub cannot read."),),
    Cause.STORAGE: (
        _("Check that the disk of dentalhub's own database has room."),
        _("Look into the log of the workers for what the database has answered, then try the centers again."),
    ),
    Cause.INTERRUPTED: (
        _("Nothing, as a rule: the missing days are fetched with the next scheduled run."),
        _("If it repeats, look into the log of the workers: too little memory ends processes like this."),
    ),
    Cause.DEADLINE: (
        _("Try the centers again; those that had ended are not read twice."),
        _("If runs keep ending like this, give the region more workers, or look for one slow server."),
    ),
    Cause.CANCELLED: (_("Nothing: somebody has cancelled the run. What had landed by then is kept."),),
    Cause.MISSING: (_("Wait for the next scheduled run, or start one for the missing days."),),
    Cause.BREAKER: (
        _("Look at the cause on the page of what is left alone, and mend it."),
        _("Let it be tried again there, or wait: a single try is made by itself."),
    ),
    Cause.HELD: (
        _("Compare the entries so far with those that came, then accept or refuse them on the page of held days."),
    ),
    Cause.AGREEMENT: (
        _("Enter the dates of the processing agreement under Data protection on the center's or its region's page."),
        _("If there is none, conclude one first: your network's rules do not allow to read without."),
    ),
    Cause.RETENTION: (
        _("Nothing, if the days are meant to be gone. Else keep the center's data for longer, then read them again."),
    ),
    Cause.SUPPRESSION_KEY: (
        _("The operator puts the old key back that recognises erased patients; until then the center is not read."),
    ),
    Cause.UNUSUAL: (
        _("Ask the practice whether it was closed, and enter its closing days."),
        _("If it was open, read the day again; the practice may have entered its charts later."),
        _("If so few are right, confirm it on the day's page."),
    ),
}
