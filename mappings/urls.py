"""Addresses of the mappings pages."""

from django.urls import URLPattern

app_name = "mappings"
urlpatterns: list[URLPattern] = []
