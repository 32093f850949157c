"""Addresses of the centers pages."""

from django.urls import path

from centers import center_views, edit_views, file_views, server_views

app_name = "centers"
urlpatterns = [
    path("", center_views.center_list, name="center_list"),
    path("new/", edit_views.center_create, name="center_create"),
    path("import/", file_views.center_import, name="center_import"),
    path("export/", file_views.center_export, name="center_export"),
    path("servers/", server_views.server_list, name="server_list"),
    path("servers/new/", edit_views.server_create, name="server_create"),
    path("servers/<slug:code>/edit/", edit_views.server_update, name="server_update"),
    path("regions/new/", edit_views.region_create, name="region_create"),
    path("regions/<slug:code>/edit/", edit_views.region_update, name="region_update"),
    # Centers last, below a word of their own: an id such as "new" must lead nowhere else.
    path("id/<slug:center_id>/", center_views.center_detail, name="center_detail"),
    path("id/<slug:center_id>/edit/", edit_views.center_update, name="center_update"),
    path("id/<slug:center_id>/closing-days/", center_views.center_closing_days, name="center_closing_days"),
    path("id/<slug:center_id>/test/", center_views.center_test, name="center_test"),
    path("id/<slug:center_id>/pause/", center_views.center_pause, name="center_pause"),
    path("id/<slug:center_id>/resume/", center_views.center_resume, name="center_resume"),
]
