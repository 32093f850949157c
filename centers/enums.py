"""Fixed choices of centers and servers. *Pure*."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Encryption(models.TextChoices):
    """The driver's `Encrypt` keyword."""

    YES = "yes", _("encrypted")
    STRICT = "strict", _("strict (TDS 8)")
    NO = "no", _("login only")


class Isolation(models.TextChoices):
    """How a reading session shares the practice's database."""

    READ_UNCOMMITTED = "READ UNCOMMITTED", _("read uncommitted (never blocks the practice)")
    SNAPSHOT = "SNAPSHOT", _("snapshot isolation")
    READ_COMMITTED = "READ COMMITTED", _("read committed")


class CenterState(models.TextChoices):
    """A paused center keeps its data and mapping but is not extracted."""

    ACTIVE = "active", _("active")
    PAUSED = "paused", _("paused")
