"""Fixed choices of centers and servers. *Pure*."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Encryption(models.TextChoices):
    """The driver's `Encrypt` keyword."""

    YES = "yes", _("encrypted")
    STRICT = "strict", _("strict (TDS 8)")
    NO = "no", _("login only")


class TlsPolicy(models.TextChoices):
    """How a server shows that it is the right one."""

    VERIFIED = "verified", _("certificate verified")
    PINNED = "pinned", _("certificate pinned")
    TRUSTED = "trusted", _("trusted blindly")


class TrustState(models.TextChoices):
    """What became of a request to trust a server blindly."""

    REQUESTED = "requested", _("waits for a second person")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")
    ENDED = "ended", _("ended")


class Isolation(models.TextChoices):
    """How a reading session shares the practice's database."""

    READ_UNCOMMITTED = "READ UNCOMMITTED", _("read uncommitted (never blocks the practice)")
    SNAPSHOT = "SNAPSHOT", _("snapshot isolation")
    READ_COMMITTED = "READ COMMITTED", _("read committed")


class CenterState(models.TextChoices):
    """A paused center keeps its data and mapping but is not extracted."""

    ACTIVE = "active", _("active")
    PAUSED = "paused", _("paused")


class BatchAction(models.TextChoices):
    """What somebody did with many centers at once; RUN is only the choice of centers for a run."""

    TEST = "test", _("test the connection")
    PAUSE = "pause", _("pause")
    RESUME = "resume", _("resume")
    RUN = "run", _("start a run")


class BatchItemState(models.TextChoices):
    """What became of one center of a batch; of a choice for a run nothing does."""

    QUEUED = "queued", _("waiting")
    SUCCEEDED = "succeeded", _("done")
    FAILED = "failed", _("failed")
    UNCHANGED = "unchanged", _("was so already")
    CHOSEN = "chosen", _("chosen")
