"""Headers on every answer that Django's and django-csp's middlewares do not set."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from whitenoise.middleware import WhiteNoiseFileResponse

# Everything that Chromium knows and we do not need; passkeys are for our own pages.
_SWITCHED_OFF = (
    *("accelerometer", "autoplay", "browsing-topics", "camera", "clipboard-read", "clipboard-write"),
    *("display-capture", "encrypted-media", "fullscreen", "gamepad", "geolocation", "gyroscope", "hid"),
    *("identity-credentials-get", "idle-detection", "keyboard-map", "local-fonts", "magnetometer", "microphone"),
    *("midi", "otp-credentials", "payment", "picture-in-picture", "screen-wake-lock", "serial", "storage-access"),
    *("sync-xhr", "usb", "window-management", "xr-spatial-tracking"),
)
_OWN_PAGES = ("publickey-credentials-create", "publickey-credentials-get")
HEADERS = {
    "Permissions-Policy": ", ".join(
        [f"{name}=()" for name in _SWITCHED_OFF] + [f"{name}=(self)" for name in _OWN_PAGES]
    ),
    # No other origin may show or read what is answered here, not even as an image.
    "Cross-Origin-Resource-Policy": "same-origin",
}


class ResponseHeadersMiddleware:
    """Nothing but static files stays in a cache: no page, fragment, download, redirect or error of anybody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers[name] = value
        if not isinstance(response, WhiteNoiseFileResponse):
            response.headers["Cache-Control"] = "no-store"
        return response
