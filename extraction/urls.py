"""Addresses of the extraction pages."""

from django.urls import URLPattern

app_name = "extraction"
urlpatterns: list[URLPattern] = []
