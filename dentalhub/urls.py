"""Where each address leads."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from dentalhub import health, token_views
from dentalhub.styleguide import styleguide
from extraction.api.reference import api_docs
from extraction.dashboard import dashboard

urlpatterns = [
    path("", dashboard, name="dashboard"),
    path("centers/", include("centers.urls")),
    path("mappings/", include("mappings.urls")),
    path("review/", include("mappings.queue_urls")),
    path("vocabulary/", include("mappings.vocabulary_urls")),
    path("", include("extraction.urls")),
    path("api/v1/", include("extraction.api.urls")),
    path("api/docs/", api_docs, name="api_docs"),
    path("accounts/login/", auth_views.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("accounts/logout/", auth_views.LogoutView.as_view(), name="logout"),
    path("accounts/tokens/", token_views.token_list, name="token_list"),
    path("accounts/tokens/new/", token_views.token_create, name="token_create"),
    path("accounts/tokens/<int:pk>/revoke/", token_views.token_revoke, name="token_revoke"),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("admin/", admin.site.urls),
]

if settings.DEBUG:
    urlpatterns.append(path("styleguide/", styleguide, name="styleguide"))
