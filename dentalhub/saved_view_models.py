"""Views of lists that people keep for themselves."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

NAME_LENGTH = 60
QUERY_LENGTH = 2_000


class SavedView(models.Model):
    """One list as its person wants it: a filter and an order, as an address has them. Goes with its person.

    Only parameters that `dentalhub.list_pages` allows; the results have no such views, whose texts are patients'.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    list_name = models.CharField(_("list"), max_length=40)
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    query = models.CharField(max_length=QUERY_LENGTH, blank=True, default="")

    class Meta:
        ordering = ["list_name", "name"]
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [models.UniqueConstraint(fields=["user", "list_name", "name"], name="saved_view_one_per_name")]

    def __str__(self) -> str:
        return self.name
