"""Addresses of the reviewer's queue."""

from django.urls import path

from mappings import bulk_views, queue_views

app_name = "review"
urlpatterns = [
    path("", queue_views.queue, name="queue"),
    path("next", queue_views.queue_next, name="next"),
    path("alike/", bulk_views.bulk_groups, name="bulk_groups"),
    path("alike/approve", bulk_views.bulk_approve, name="bulk_approve"),
    path("alike/<slug:key>/", bulk_views.bulk_preview, name="bulk_preview"),
    path("approvals/<int:pk>/", bulk_views.bulk_result, name="bulk_result"),
    path("approvals/<int:pk>/undo", bulk_views.bulk_undo, name="bulk_undo"),
]
