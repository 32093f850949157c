"""Which regions a person sees."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class PersonScope(models.Model):
    """The regions of one person; without a row a person sees no region. Read it with `centers.scope.scope_of`."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="person_scope", verbose_name=_("person")
    )
    # Also those that are added later.
    all_regions = models.BooleanField(_("all regions"), default=False)
    regions = models.ManyToManyField("centers.Region", blank=True, related_name="+", verbose_name=_("regions"))

    class Meta:
        verbose_name = _("regions of a person")
        verbose_name_plural = _("regions of people")

    def __str__(self) -> str:
        return f"{self.user}"
