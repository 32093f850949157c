"""Where each address leads."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from dentalhub import health, link_views, metrics, saved_view_views, token_views
from dentalhub.language_views import set_language
from dentalhub.styleguide import styleguide
from extraction import health_views
from extraction.api.reference import api_docs
from extraction.dashboard import dashboard

urlpatterns = [
    path("", dashboard, name="dashboard"),
    path("centers/", include("centers.urls")),
    path("people/", include("centers.people_urls")),
    path("mappings/", include("mappings.urls")),
    path("review/", include("mappings.queue_urls")),
    path("vocabulary/", include("mappings.vocabulary_urls")),
    path("", include("extraction.urls")),
    path("help/", include("extraction.help_urls")),
    path("api/v1/", include("extraction.api.urls")),
    path("api/docs/", api_docs, name="api_docs"),
    path("accounts/", include("dentalhub.sign_in.urls")),
    path("accounts/link/", link_views.password_link, name="password_link"),
    path("accounts/choose-password/", link_views.choose_password, name="choose_password"),
    path("accounts/tokens/", token_views.token_list, name="token_list"),
    path("accounts/tokens/new/", token_views.token_create, name="token_create"),
    path("accounts/tokens/<int:pk>/revoke/", token_views.token_revoke, name="token_revoke"),
    path("views/", saved_view_views.saved_view_list, name="saved_view_list"),
    path("views/<slug:name>/save/", saved_view_views.saved_view_save, name="saved_view_save"),
    path("views/<int:pk>/rename/", saved_view_views.saved_view_rename, name="saved_view_rename"),
    path("views/<int:pk>/delete/", saved_view_views.saved_view_delete, name="saved_view_delete"),
    path("audit/", include("dentalhub.audit_urls")),
    path("i18n/setlang/", set_language, name="set_language"),
    path("health/live", health.live, name="health_live"),
    path("health/ready", health_views.ready, name="health_ready"),
    path("health", health_views.overview, name="health"),
    path("metrics", metrics.metrics, name="metrics"),
    path("admin/", admin.site.urls),
]

if settings.DEBUG:
    urlpatterns.append(path("styleguide/", styleguide, name="styleguide"))
