"""Addresses of the centers pages."""

from django.urls import path

from centers import batch_views, bulk_views, center_views, edit_views, file_views, server_views, tls_views

app_name = "centers"
urlpatterns = [
    path("", center_views.center_list, name="center_list"),
    path("new/", edit_views.center_create, name="center_create"),
    path("import/", file_views.center_import, name="center_import"),
    path("export/", file_views.center_export, name="center_export"),
    path("bulk/", bulk_views.center_bulk, name="center_bulk"),
    path("batches/<int:pk>/", batch_views.batch_detail, name="batch_detail"),
    path("batches/<int:pk>/retry/", batch_views.batch_retry, name="batch_retry"),
    path("batches/<int:pk>/undo/", batch_views.batch_undo, name="batch_undo"),
    path("servers/", server_views.server_list, name="server_list"),
    path("servers/new/", edit_views.server_create, name="server_create"),
    path("servers/<slug:code>/edit/", edit_views.server_update, name="server_update"),
    path("servers/<slug:code>/tls/", tls_views.server_tls, name="server_tls"),
    path("servers/<slug:code>/tls/fetch/", tls_views.certificate_fetch, name="certificate_fetch"),
    path("servers/<slug:code>/tls/pin/", tls_views.certificate_pin, name="certificate_pin"),
    path("servers/<slug:code>/tls/verify/", tls_views.certificate_verify, name="certificate_verify"),
    path("servers/<slug:code>/tls/trust/", tls_views.trust_request, name="trust_request"),
    path("servers/<slug:code>/tls/trust/<int:pk>/approve/", tls_views.trust_approve, name="trust_approve"),
    path("servers/<slug:code>/tls/trust/<int:pk>/refuse/", tls_views.trust_refuse, name="trust_refuse"),
    path("regions/new/", edit_views.region_create, name="region_create"),
    path("regions/<slug:code>/edit/", edit_views.region_update, name="region_update"),
    path("regions/<slug:code>/privacy/", edit_views.region_privacy, name="region_privacy"),
    # Centers last, below a word of their own: an id such as "new" must lead nowhere else.
    path("id/<slug:center_id>/", center_views.center_detail, name="center_detail"),
    path("id/<slug:center_id>/edit/", edit_views.center_update, name="center_update"),
    path("id/<slug:center_id>/privacy/", edit_views.center_privacy, name="center_privacy"),
    path("id/<slug:center_id>/closing-days/", center_views.center_closing_days, name="center_closing_days"),
    path("id/<slug:center_id>/test/", center_views.center_test, name="center_test"),
    path("id/<slug:center_id>/pause/", center_views.center_pause, name="center_pause"),
    path("id/<slug:center_id>/resume/", center_views.center_resume, name="center_resume"),
]
