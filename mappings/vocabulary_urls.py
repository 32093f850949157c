"""Addresses of the learned names' pages."""

from django.urls import path

from mappings import vocabulary_file_views, vocabulary_views

app_name = "vocabulary"
_NAME = "<str:canonical>/<str:key>/"
urlpatterns = [
    path("", vocabulary_views.name_list, name="name_list"),
    path("export", vocabulary_file_views.vocabulary_export, name="vocabulary_export"),
    path("import", vocabulary_file_views.vocabulary_import, name="vocabulary_import"),
    path(_NAME, vocabulary_views.name_detail, name="name_detail"),
    path(f"{_NAME}forget", vocabulary_views.name_forget, name="name_forget"),
    path(f"{_NAME}remember", vocabulary_views.name_remember, name="name_remember"),
]
