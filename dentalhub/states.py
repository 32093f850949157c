"""Which colour and which icon a state has on every screen. *Pure*."""

from enum import StrEnum


class Tone(StrEnum):
    """The five meanings a colour has; a badge's CSS class ends in the value."""

    OK = "ok"
    WARNING = "warning"
    DANGER = "danger"
    INFO = "info"
    MUTED = "muted"


_TONE_OF_STATE = {
    **dict.fromkeys(("ok", "succeeded", "approved", "active", "landed", "success", "complete", "done"), Tone.OK),
    **dict.fromkeys(("warning", "partial", "in_review", "held", "skipped", "unusual", "absent"), Tone.WARNING),
    **dict.fromkeys(("aborted", "attention"), Tone.WARNING),
    **dict.fromkeys(("danger", "failed", "rejected", "hung", "error"), Tone.DANGER),
    **dict.fromkeys(("info", "running", "queued", "delivering", "now"), Tone.INFO),
}
_ICON_OF_TONE = {
    Tone.OK: "check-circle-fill",
    Tone.WARNING: "exclamation-triangle-fill",
    Tone.DANGER: "x-octagon-fill",
    Tone.INFO: "info-circle-fill",
    Tone.MUTED: "dash-circle",
}
_ICON_OF_STATE = {
    "aborted": "slash-circle",
    "absent": "question-circle",
    "cancelled": "slash-circle",
    "closed": "moon-stars",
    "delivering": "arrow-repeat",
    "draft": "pencil",
    "expired": "archive",
    "held": "hand-index",
    "hung": "hourglass-split",
    "in_review": "eye",
    "missing": "question-circle",
    "now": "arrow-right",
    "partial": "circle-half",
    "paused": "pause-circle-fill",
    "queued": "clock",
    "running": "arrow-repeat",
    "skipped": "skip-forward-fill",
    "superseded": "archive",
    "deleted": "archive",
    "waiting": "clock",
    "withdrawn": "archive",
}


def tone_of(state: str) -> Tone:
    """The tone of `state`; a state that is not known is muted, because a badge must never break a page."""
    return _TONE_OF_STATE.get(state, Tone.MUTED)


def icon_of(state: str) -> str:
    """The name of the symbol in icons.svg for `state`."""
    return _ICON_OF_STATE.get(state, _ICON_OF_TONE[tone_of(state)])
