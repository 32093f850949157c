"""In which language somebody reads dentalhub."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class PersonLanguage(models.Model):
    """Chosen with the language switch, else what the browser asked for at the last sign-in; e-mails go by either."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="language")
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    is_chosen = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("language of a person")
        verbose_name_plural = _("languages of people")

    def __str__(self) -> str:
        return self.language
