"""Regions, servers and centers in Django's admin site."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.http import HttpRequest

from centers.models import Center, DatabaseServer, Region

# Generic for the type checker only.
if TYPE_CHECKING:
    RegionModelAdmin = admin.ModelAdmin[Region]
    ServerModelAdmin = admin.ModelAdmin[DatabaseServer]
    CenterModelAdmin = admin.ModelAdmin[Center]
else:
    RegionModelAdmin = ServerModelAdmin = CenterModelAdmin = admin.ModelAdmin


@admin.register(Region)
class RegionAdmin(RegionModelAdmin):
    """Regions."""

    list_display = ("code", "name", "time_zone")


@admin.register(DatabaseServer)
class DatabaseServerAdmin(ServerModelAdmin):
    """Servers; only the app's own pages add them or change where they are, because those mind the reference."""

    list_display = ("code", "region", "host", "port", "encrypt", "trust_server_certificate")
    list_filter = ("region", "encrypt", "trust_server_certificate")
    readonly_fields = ("host", "port", "credential")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Center)
class CenterAdmin(CenterModelAdmin):
    """Centers."""

    list_display = ("center_id", "name", "city", "server", "database", "state")
    list_filter = ("state", "server__region")
    search_fields = ("center_id", "name", "city")
    list_select_related = ("server",)
