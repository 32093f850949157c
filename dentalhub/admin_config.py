"""Which administration is used; in a file of its own, since apps are named before any model is there."""

from django.contrib.admin.apps import AdminConfig


class SuperuserAdminConfig(AdminConfig):
    """Puts our site in the place of Django's."""

    default_site = "dentalhub.admin_site.SuperuserAdminSite"
