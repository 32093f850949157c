"""Addresses of the reviewer's queue."""

from django.urls import path

from mappings import queue_views

app_name = "review"
urlpatterns = [
    path("", queue_views.queue, name="queue"),
    path("next", queue_views.queue_next, name="next"),
]
