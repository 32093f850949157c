"""Regions, database servers and centers."""

import datetime as dt
from dataclasses import replace
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from centers.batch_models import CenterBatch as CenterBatch
from centers.batch_models import CenterBatchItem as CenterBatchItem
from centers.closing_days import ClosingPeriod, parse_closing_days
from centers.enums import CenterState, Encryption, Isolation, TlsPolicy
from centers.privacy_models import PrivacyTerms
from centers.public_holidays import area_name
from centers.scope import ScopedManager
from centers.scope_models import PersonScope as PersonScope
from centers.search_text import fold
from centers.secret_models import StoredSecret as StoredSecret
from centers.secret_models import sealed_behind, stored_pk
from centers.server_spec import DEFAULT_DRIVER, ServerSpec
from centers.trust_models import TlsTrust as TlsTrust
from centers.validators import (
    validate_certificate,
    validate_closing_days,
    validate_code,
    validate_driver,
    validate_holiday_area,
    validate_host,
    validate_one_line,
    validate_reference,
    validate_source_host,
    validate_source_port,
    validate_time_zone,
)

# A timeout of 0 would mean to wait for ever.
SECONDS = [MinValueValidator(1), MaxValueValidator(600)]


class Region(PrivacyTerms):
    """A group of centers with servers, credentials and a worker queue of their own."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[validate_code])
    name = models.CharField(_("name"), max_length=100, validators=[validate_one_line])
    time_zone = models.CharField(
        _("time zone"), max_length=50, default="Europe/Berlin", validators=[validate_time_zone]
    )
    # ISO 3166-2; empty: no public holidays, weekends only.
    holiday_area = models.CharField(
        _("public holidays of"), max_length=10, blank=True, default="", validators=[validate_holiday_area]
    )

    # What its servers log in with that name no user and password of their own; empty: each names its own.
    user = models.CharField(_("user"), max_length=128, blank=True, default="", validators=[validate_one_line])
    credential = models.CharField(
        _("password reference"), max_length=500, blank=True, default="", validators=[validate_reference]
    )

    region_paths: ClassVar = ("pk",)
    objects = ScopedManager["Region"]()

    class Meta:
        ordering = ["name"]
        verbose_name = _("region")
        verbose_name_plural = _("regions")

    def __str__(self) -> str:
        return self.name

    @property
    def area_name(self) -> str:
        """The name of the area whose public holidays count; empty when none counts."""
        return area_name(self.holiday_area)

    def audit_region(self) -> str:
        """The region that audit events about this one belong to."""
        return self.code


class DatabaseServer(models.Model):
    """Host, port, TLS settings and credential reference that one or many centers share."""

    code = models.CharField(_("code"), max_length=60, unique=True, validators=[validate_code])
    region = models.ForeignKey(Region, models.PROTECT, related_name="servers", verbose_name=_("region"))
    host = models.CharField(_("host"), max_length=253, validators=[validate_source_host])
    port = models.PositiveIntegerField(
        _("port"), default=1433, validators=[MinValueValidator(1), MaxValueValidator(65535), validate_source_port]
    )
    # Both empty: those of the region.
    user = models.CharField(_("user"), max_length=128, blank=True, default="", validators=[validate_one_line])
    credential = models.CharField(
        _("password reference"), max_length=500, blank=True, default="", validators=[validate_reference]
    )
    driver = models.CharField(_("ODBC driver"), max_length=100, default=DEFAULT_DRIVER, validators=[validate_driver])
    encrypt = models.CharField(_("encryption"), max_length=10, choices=Encryption, default=Encryption.YES)
    # Set on the server's own page only, and by files; `trusted` alone lets nobody connect.
    tls = models.CharField(_("identity"), max_length=10, choices=TlsPolicy, default=TlsPolicy.VERIFIED)
    # PEM of the pinned certificate, without the last line end.
    certificate = models.TextField(
        _("pinned certificate"), max_length=16_000, blank=True, default="", validators=[validate_certificate]
    )
    # What two persons allowed: until when, and for which `place`.
    trust_expires_at = models.DateTimeField(null=True, editable=False)
    trust_place = models.CharField(max_length=280, default="", editable=False)
    host_name_in_certificate = models.CharField(
        _("name in certificate"),
        max_length=253,
        blank=True,
        default="",
        validators=[validate_host],
        help_text=_("Only where the certificate names another host than the one above."),
    )
    isolation = models.CharField(_("isolation"), max_length=20, choices=Isolation, default=Isolation.READ_UNCOMMITTED)
    read_only_intent = models.BooleanField(
        _("read-only intent"),
        default=True,
        help_text=_("Says at the login that nothing will be written, which a readable secondary replica may demand."),
    )
    login_timeout = models.PositiveSmallIntegerField(_("login timeout (s)"), default=10, validators=SECONDS)
    query_timeout = models.PositiveSmallIntegerField(_("query timeout (s)"), default=30, validators=SECONDS)
    lock_timeout_ms = models.PositiveIntegerField(
        _("lock timeout (ms)"), default=5000, validators=[MaxValueValidator(600_000)]
    )
    max_connections = models.PositiveSmallIntegerField(
        _("most connections at once"), default=20, validators=[MinValueValidator(1), MaxValueValidator(500)]
    )

    # Of a password that was typed and is not saved yet, for the connection test; sealed.
    sealed_typed = ""
    region_paths: ClassVar = ("region",)
    objects = ScopedManager["DatabaseServer"]()

    class Meta:
        ordering = ["code"]
        verbose_name = _("database server")
        verbose_name_plural = _("database servers")

    def __str__(self) -> str:
        return f"{self.code} ({self.host}:{self.port})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """End the trust in a server that is now somewhere else, or shows who it is."""
        if self.trust_place and (self.trust_place != self.place or not self.needs_trust):
            self.trust_expires_at, self.trust_place = None, ""
            if (fields := kwargs.get("update_fields")) is not None:
                kwargs["update_fields"] = {*fields, "trust_expires_at", "trust_place"}
        super().save(*args, **kwargs)

    @property
    def password_place(self) -> str:
        """Where its password is: reference, stored, region, or empty where nobody says so."""
        if self.credential:
            return "reference" if stored_pk(self.credential) is None else "stored"
        return "region" if self.region.credential else ""

    @property
    def place(self) -> str:
        """Host, port and encryption, in one writing: what an approval is bound to."""
        return f"{self.host.lower()}:{self.port} {self.encrypt}"

    @property
    def trusted_until(self) -> dt.datetime | None:
        """Until when two persons allow to trust it blindly, there where it is now."""
        return self.trust_expires_at if self.trust_place == self.place else None

    @property
    def needs_trust(self) -> bool:
        """True when nothing shows that it is the right server that answers."""
        return self._spec_without_password().needs_trust

    @property
    def is_trusted(self) -> bool:
        """True when it needs no trust, or has it at this moment."""
        return self._spec_without_password().is_trusted(timezone.now())

    def audit_region(self) -> str:
        """The region that audit events about this server belong to."""
        return self.region.code

    def spec(self) -> ServerSpec:
        """The frozen form that threads and the connection module work with; holds the reference, not the secret.

        One query where the password is a stored one.
        """
        if self.sealed_typed:
            return replace(self._spec_without_password(), credential="stored:0", sealed=self.sealed_typed)
        owner = self if self.credential else self.region
        return replace(
            self._spec_without_password(),
            user=owner.user,
            credential=owner.credential,
            sealed=sealed_behind(owner.credential),
        )

    def _spec_without_password(self) -> ServerSpec:
        return ServerSpec(
            host=self.host,
            port=self.port,
            user=self.user,
            credential="",
            driver=self.driver,
            encrypt=self.encrypt,
            tls=self.tls,
            certificate=self.certificate,
            trusted_until=self.trusted_until,
            host_name_in_certificate=self.host_name_in_certificate,
            isolation=self.isolation,
            read_only_intent=self.read_only_intent,
            login_timeout=self.login_timeout,
            query_timeout=self.query_timeout,
            lock_timeout_ms=self.lock_timeout_ms,
            max_connections=self.max_connections,
        )


class Center(PrivacyTerms):
    """One dental practice and its database."""

    center_id = models.CharField(_("center id"), max_length=60, unique=True, validators=[validate_code])
    name = models.CharField(_("name"), max_length=200, validators=[validate_one_line])
    city = models.CharField(_("city"), max_length=100, blank=True, default="", validators=[validate_one_line])
    server = models.ForeignKey(DatabaseServer, models.PROTECT, related_name="centers", verbose_name=_("server"))
    database = models.CharField(_("database"), max_length=128, validators=[validate_one_line])
    adapter = models.CharField(_("software"), max_length=40, default="ivoris", validators=[validate_code])
    state = models.CharField(_("state"), max_length=10, choices=CenterState, default=CenterState.ACTIVE)
    # Empty: as the region.
    holiday_area = models.CharField(
        _("public holidays of"), max_length=10, blank=True, default="", validators=[validate_holiday_area]
    )
    # A line for each day or days in a row, as `closing_days.normal_form` writes them.
    closing_days = models.TextField(
        _("closing days"), max_length=20_000, blank=True, default="", validators=[validate_closing_days]
    )
    # What a search compares with, because databases do not agree on what ü is like.
    search_text = models.CharField(max_length=800, editable=False, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    region_paths: ClassVar = ("server__region",)
    objects = ScopedManager["Center"]()

    class Meta:
        ordering = ["center_id"]
        verbose_name = _("center")
        verbose_name_plural = _("centers")
        constraints = [
            models.UniqueConstraint(fields=["server", "database"], name="center_one_per_database"),
        ]

    def __str__(self) -> str:
        return f"{self.center_id} {self.name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the search text in step with what it is made from."""
        self.search_text = fold(f"{self.center_id} {self.name} {self.city}")
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("centers:center_detail", args=[self.center_id])

    def audit_region(self) -> str:
        """The region that audit events about this center belong to."""
        return self.server.audit_region()

    @property
    def is_active(self) -> bool:
        """False while the center is paused."""
        return self.state == CenterState.ACTIVE

    @property
    def area(self) -> str:
        """The area whose public holidays count here: the center's own, else its region's. Empty: none."""
        return self.holiday_area or self.server.region.holiday_area

    @property
    def area_name(self) -> str:
        """The name of `area`; empty when none counts."""
        return area_name(self.area)

    @property
    def closing_periods(self) -> tuple[ClosingPeriod, ...]:
        """The closing days, the earliest first."""
        return parse_closing_days(self.closing_days)
