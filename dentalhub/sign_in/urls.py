"""The pages of sign-in that exist; what allauth has beyond them is not routed.

By names that begin with account_ and mfa_ allauth finds its own pages; some addresses have two names for that. What
asks for a recent sign-in has our wall in front of allauth's, which would keep what a refused form sent in the session.
"""

from allauth.account import views
from allauth.mfa.base import views as factor_views
from allauth.mfa.recovery_codes import views as code_views
from allauth.mfa.totp import views as app_views
from allauth.mfa.webauthn import views as key_views
from allauth.socialaccount import views as provider_result_views
from allauth.socialaccount.providers.openid_connect import views as oidc_views
from django.contrib.auth.decorators import login_not_required
from django.urls import path

from dentalhub.reauthentication import recent_sign_in_required as asking
from dentalhub.sign_in import account_views, provider_views

urlpatterns = [
    path("", account_views.my_account, name="my_account"),
    path("login/", views.login, name="login"),
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="logout"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/", account_views.password_change, name="account_change_password"),
    path("sessions/<int:pk>/end/", account_views.session_revoke, name="session_revoke"),
    path("sessions/end/", account_views.sessions_revoke, name="sessions_revoke"),
    path("", account_views.my_account, name="mfa_index"),
    path("", account_views.my_account, name="mfa_list_webauthn"),
    path("2fa/authenticate/", factor_views.authenticate, name="mfa_authenticate"),
    path("2fa/reauthenticate/", factor_views.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/app/", asking(app_views.activate_totp), name="mfa_activate_totp"),
    path("2fa/app/remove/", asking(app_views.deactivate_totp), name="mfa_deactivate_totp"),
    path("2fa/codes/", asking(code_views.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "2fa/codes/new/",
        asking(code_views.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "2fa/codes/download/",
        asking(code_views.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("2fa/keys/new/", asking(key_views.add_webauthn), name="mfa_add_webauthn"),
    path("2fa/keys/reauthenticate/", key_views.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("2fa/keys/<int:pk>/remove/", asking(key_views.remove_webauthn), name="mfa_remove_webauthn"),
    path("2fa/keys/<int:pk>/", asking(key_views.edit_webauthn), name="mfa_edit_webauthn"),
    path("2fa/keys/login/", login_not_required(key_views.login_webauthn), name="mfa_login_webauthn"),
    path("oidc/reauthenticate/", provider_views.provider_reauthenticate, name="provider_reauthenticate"),
    path("oidc/cancelled/", provider_result_views.login_cancelled, name="socialaccount_login_cancelled"),
    path("oidc/error/", provider_result_views.login_error, name="socialaccount_login_error"),
    path("oidc/<str:provider_id>/login/", oidc_views.login, name="openid_connect_login"),
    path("oidc/<str:provider_id>/callback/", oidc_views.callback, name="openid_connect_callback"),
]
