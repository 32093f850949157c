"""Addresses of the centers pages."""

from django.urls import URLPattern

app_name = "centers"
urlpatterns: list[URLPattern] = []
