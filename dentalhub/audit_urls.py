"""Addresses of the audit trail."""

from django.urls import path

from dentalhub import audit_views

app_name = "audit"
urlpatterns = [
    path("", audit_views.event_list, name="event_list"),
    path("export/", audit_views.event_export, name="event_export"),
    path("<int:sequence>/", audit_views.event_detail, name="event_detail"),
]
