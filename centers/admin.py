"""Regions, servers and centers in Django's admin site, which only shows them (dentalhub.admin_site)."""

from typing import TYPE_CHECKING, cast

from django.contrib import admin
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from centers.models import Center, DatabaseServer, PersonScope, Region
from dentalhub.audit import record

# Generic for the type checker only.
if TYPE_CHECKING:
    RegionModelAdmin = admin.ModelAdmin[Region]
    ServerModelAdmin = admin.ModelAdmin[DatabaseServer]
    CenterModelAdmin = admin.ModelAdmin[Center]
    ScopeModelAdmin = admin.ModelAdmin[PersonScope]
else:
    ScopeModelAdmin = RegionModelAdmin = ServerModelAdmin = CenterModelAdmin = admin.ModelAdmin


@admin.register(Region)
class RegionAdmin(RegionModelAdmin):
    """Regions."""

    list_display = ("code", "name", "time_zone")


@admin.register(DatabaseServer)
class DatabaseServerAdmin(ServerModelAdmin):
    """Servers."""

    list_display = ("code", "region", "host", "port", "encrypt", "tls")
    list_filter = ("region", "encrypt", "tls")


@admin.register(Center)
class CenterAdmin(CenterModelAdmin):
    """Centers; one that was never discovered is deleted here, which is written down."""

    changes_here = True
    list_display = ("center_id", "name", "city", "server", "database", "state")
    list_filter = ("state", "server__region")
    search_fields = ("center_id", "name", "city")
    list_select_related = ("server",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Center | None = None) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: Center) -> None:
        with transaction.atomic():
            record(cast("User", request.user), "center.deleted", obj)
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Center]) -> None:
        with transaction.atomic():
            for center in queryset:
                self.delete_model(request, center)


@admin.register(PersonScope)
class PersonScopeAdmin(ScopeModelAdmin):
    """Which regions people see."""

    list_display = ("user", "all_regions")
