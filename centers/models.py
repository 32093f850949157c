"""Regions, database servers and centers."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from centers.closing_days import ClosingPeriod, parse_closing_days
from centers.enums import CenterState, Encryption, Isolation
from centers.public_holidays import area_name
from centers.search_text import fold
from centers.server_spec import DEFAULT_DRIVER, ServerSpec
from centers.validators import (
    validate_closing_days,
    validate_code,
    validate_driver,
    validate_holiday_area,
    validate_host,
    validate_one_line,
    validate_reference,
    validate_time_zone,
)

# A timeout of 0 would mean to wait for ever.
SECONDS = [MinValueValidator(1), MaxValueValidator(600)]


class Region(models.Model):
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


class DatabaseServer(models.Model):
    """Host, port, TLS settings and credential reference that one or many centers share."""

    code = models.CharField(_("code"), max_length=60, unique=True, validators=[validate_code])
    region = models.ForeignKey(Region, models.PROTECT, related_name="servers", verbose_name=_("region"))
    host = models.CharField(_("host"), max_length=253, validators=[validate_host])
    port = models.PositiveIntegerField(
        _("port"), default=1433, validators=[MinValueValidator(1), MaxValueValidator(65535)]
    )
    user = models.CharField(_("user"), max_length=128, validators=[validate_one_line])
    credential = models.CharField(
        _("password reference"),
        max_length=200,
        validators=[validate_reference],
        help_text=_("Where the password is, never the password: env:IVORIS_PASSWORD or file:NAME."),
    )
    driver = models.CharField(_("ODBC driver"), max_length=100, default=DEFAULT_DRIVER, validators=[validate_driver])
    encrypt = models.CharField(_("encryption"), max_length=10, choices=Encryption, default=Encryption.YES)
    trust_server_certificate = models.BooleanField(
        _("trust any certificate"),
        default=False,
        help_text=_("The server's identity is then not verified. Only for servers that cannot do better."),
    )
    host_name_in_certificate = models.CharField(
        _("name in certificate"),
        max_length=253,
        blank=True,
        default="",
        validators=[validate_host],
        help_text=_("Only where the certificate names another host than the one above."),
    )
    isolation = models.CharField(_("isolation"), max_length=20, choices=Isolation, default=Isolation.READ_UNCOMMITTED)
    login_timeout = models.PositiveSmallIntegerField(_("login timeout (s)"), default=10, validators=SECONDS)
    query_timeout = models.PositiveSmallIntegerField(_("query timeout (s)"), default=30, validators=SECONDS)
    lock_timeout_ms = models.PositiveIntegerField(
        _("lock timeout (ms)"), default=5000, validators=[MaxValueValidator(600_000)]
    )
    max_connections = models.PositiveSmallIntegerField(
        _("most connections at once"), default=20, validators=[MinValueValidator(1), MaxValueValidator(500)]
    )

    class Meta:
        ordering = ["code"]
        verbose_name = _("database server")
        verbose_name_plural = _("database servers")

    def __str__(self) -> str:
        return f"{self.code} ({self.host}:{self.port})"

    def spec(self) -> ServerSpec:
        """The frozen form that threads and the connection module work with; holds the reference, not the secret."""
        return ServerSpec(
            host=self.host,
            port=self.port,
            user=self.user,
            credential=self.credential,
            driver=self.driver,
            encrypt=self.encrypt,
            trust_server_certificate=self.trust_server_certificate,
            host_name_in_certificate=self.host_name_in_certificate,
            isolation=self.isolation,
            login_timeout=self.login_timeout,
            query_timeout=self.query_timeout,
            lock_timeout_ms=self.lock_timeout_ms,
            max_connections=self.max_connections,
        )


class Center(models.Model):
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
