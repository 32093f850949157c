"""Addresses of the mappings pages."""

from django.urls import path

from mappings import (
    center_views,
    column_views,
    compare_views,
    decision_views,
    discovery_views,
    drift_views,
    file_views,
    look_views,
    policy_views,
    rediscovery_views,
    review_views,
    save_views,
    stale_views,
)

app_name = "mappings"
_VERSION = "<str:center_id>/<int:version>/"
urlpatterns = [
    path("", center_views.mapping_list, name="mapping_list"),
    # Without a slash at the end, where no center's address can be.
    path("policy", policy_views.policy_detail, name="policy_detail"),
    path("policy/change", policy_views.policy_change, name="policy_change"),
    path("discoveries/<int:pk>", discovery_views.discovery_detail, name="discovery_detail"),
    path("discoveries/<int:pk>/retry", discovery_views.discovery_retry, name="discovery_retry"),
    path("rediscover", rediscovery_views.rediscover, name="rediscover"),
    path("<str:center_id>/", center_views.center_mappings, name="center_mappings"),
    path("<str:center_id>/discover", center_views.discover, name="discover"),
    path("<str:center_id>/propose", center_views.propose, name="propose"),
    path("<str:center_id>/drift", drift_views.drift_detail, name="drift_detail"),
    path("<str:center_id>/compare", compare_views.mapping_compare, name="mapping_compare"),
    path("<str:center_id>/compare.json", compare_views.mapping_compare_json, name="mapping_compare_json"),
    path("<str:center_id>/import", file_views.mapping_import, name="mapping_import"),
    path(_VERSION, review_views.mapping_detail, name="mapping_detail"),
    path(f"{_VERSION}save", save_views.mapping_save, name="mapping_save"),
    path(f"{_VERSION}assign", save_views.mapping_assign, name="mapping_assign"),
    path(f"{_VERSION}columns", column_views.mapping_columns, name="mapping_columns"),
    path(f"{_VERSION}tables/<str:name>", review_views.mapping_table, name="mapping_table"),
    path(f"{_VERSION}look", look_views.mapping_look, name="mapping_look"),
    path(f"{_VERSION}stale", stale_views.mapping_stale, name="mapping_stale"),
    path(f"{_VERSION}submit", decision_views.mapping_submit, name="mapping_submit"),
    path(f"{_VERSION}approve", decision_views.mapping_approve, name="mapping_approve"),
    path(f"{_VERSION}reject", decision_views.mapping_reject, name="mapping_reject"),
    path(f"{_VERSION}restore", decision_views.mapping_restore, name="mapping_restore"),
    path(f"{_VERSION}export", file_views.mapping_export, name="mapping_export"),
]
