"""What packages offer to superusers that nobody should touch or see there."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin

# Providers come from environment variables only, addresses and tokens are not kept; a session's key and a factor's
# secret are nobody's to see.
for _model in (SocialApp, SocialToken, EmailAddress, UserSession, Authenticator):
    admin.site.unregister(_model)
