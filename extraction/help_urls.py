"""Addresses of the help pages."""

from django.urls import path

from dentalhub.help_views import glossary
from extraction.help_views import error_detail, error_list

app_name = "help"
urlpatterns = [
    path("words/", glossary, name="glossary"),
    path("errors/", error_list, name="error_list"),
    path("errors/<slug:error_code>/", error_detail, name="error_detail"),
]
