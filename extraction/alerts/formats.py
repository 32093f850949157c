"""A message as each kind of receiver wants it. *Pure*."""

from typing import Any

from django.utils.translation import ngettext

from extraction.alerts.bulletins import Bulletin, Line

# Slack takes 50 blocks, Teams 28 KB.
MOST_LINES = 40
_MOST_CHARACTERS = 300
_SLACK_HEADER = 150


def slack_document(bulletin: Bulletin) -> dict[str, Any]:
    """Blocks, and a text for notifications. No text of ours can mention somebody or make a link."""
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": _cut(bulletin.title, _SLACK_HEADER)}}
    ]
    for line in bulletin.lines[:MOST_LINES]:
        text = f"*{_slack(_tag(line))}*\n{_slack(_cut(line.text))}"
        if line.url:
            text += f" <{_slack(line.url)}|→>"
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": text}})
    note = " ".join(filter(None, [more(bulletin), bulletin.note]))
    elements = [{"type": "mrkdwn", "text": _slack(note)}]
    if bulletin.url:
        elements.append({"type": "mrkdwn", "text": f"<{_slack(bulletin.url)}|dentalhub>"})
    blocks.append({"type": "context", "elements": elements})
    return {"text": _slack(bulletin.title), "blocks": blocks}


def teams_document(bulletin: Bulletin) -> dict[str, Any]:
    """An Adaptive Card as the workflow “when a webhook request is received” takes it; its text runs know no markup."""
    body = [_text_run(bulletin.title, size="Medium", weight="Bolder")]
    for line in bulletin.lines[:MOST_LINES]:
        tag: dict[str, Any] = {"type": "TextRun", "text": f"{_tag(line)}  ", "weight": "Bolder"}
        if line.is_critical:
            tag["color"] = "Attention"
        text: dict[str, Any] = {"type": "TextRun", "text": _cut(line.text)}
        if line.url:
            text["selectAction"] = {"type": "Action.OpenUrl", "url": line.url}
        body.append({"type": "RichTextBlock", "inlines": [tag, text]})
    note = " ".join(filter(None, [more(bulletin), bulletin.note]))
    body.append(_text_run(note, isSubtle=True, size="Small"))
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
    }
    if bulletin.url:
        card["actions"] = [{"type": "Action.OpenUrl", "title": "dentalhub", "url": bulletin.url}]
    content = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [content]}


def plain_document(bulletin: Bulletin) -> dict[str, Any]:
    """Everything as JSON, for receivers of your own."""
    return {
        "delivery": bulletin.key,
        "kind": bulletin.kind,
        "title": bulletin.title,
        "url": bulletin.url,
        "alerts": [
            {
                "change": line.kind,
                "severity": line.severity,
                "cause": line.cause,
                "detail": line.detail,
                "region": line.region,
                "count": line.count,
                "at": line.at.isoformat(),
                "text": line.text,
                "url": line.url,
            }
            for line in bulletin.lines
        ],
    }


def mail_text(bulletin: Bulletin) -> str:
    """The body of an e-mail."""
    parts = []
    for line in bulletin.lines:
        parts.append(f"{_tag(line)}: {line.text}")
        if line.url:
            parts.append(f"    {line.url}")
    return "\n".join([*parts, *([""] if parts else []), bulletin.note, bulletin.url]).rstrip() + "\n"


def more(bulletin: Bulletin) -> str:
    """That some lines are left out; empty when none is."""
    left = len(bulletin.lines) - MOST_LINES
    if left <= 0:
        return ""
    return ngettext("%(count)d more is in dentalhub.", "%(count)d more are in dentalhub.", left) % {"count": left}


def _tag(line: Line) -> str:
    return f"{line.label}, {line.severity_label}" if line.is_critical else line.label


def _text_run(text: str, *, size: str, **style: Any) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, "size": size, **style}]}


def _cut(text: str, most: int = _MOST_CHARACTERS) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _slack(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
