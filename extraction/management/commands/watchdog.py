"""`watchdog`: does anybody hear the queues? For timers and health checks."""

import datetime as dt
import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from dentalhub import broker_settings
from extraction.queue_health import QueueHealth, broker_answers, health_of
from extraction.queues import INTERACTIVE_QUEUE, all_queues


class Command(BaseCommand):
    """Exit code 0: every queue is heard; 1: one is deaf; 2: bad usage, or our own database or the broker is away."""

    help = gettext_noop("Say of each queue when its workers were last heard of; exit code 1 when one of them is deaf.")
    # It runs often, also where no source is read.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--queue", action="append", help=_("only this queue; repeat it for several (default: all)"))
        parser.add_argument(
            "--max-age",
            type=int,
            default=settings.DEAF_SECONDS,
            metavar="SECONDS",
            help=_("a sign of life or a waiting task older than this means deaf (default: DENTALHUB_DEAF_SECONDS)"),
        )
        parser.add_argument("--json", action="store_true", help=_("print JSON instead of lines"))

    def handle(self, *args: Any, queue: list[str] | None, max_age: int, json: bool, **options: Any) -> None:
        queues = list(dict.fromkeys(queue or all_queues()))
        if unknown := [name for name in queues if name not in all_queues()]:
            names = {"unknown": ", ".join(unknown), "known": ", ".join(all_queues())}
            raise CommandError(_("There is no queue %(unknown)s. Known are %(known)s.") % names, returncode=2)
        if max_age < 1:
            raise CommandError(_("--max-age must be at least 1."), returncode=2)
        try:
            found = health_of(queues)
        except Error as error:
            # Without the driver's text, which may repeat the address.
            text = _("dentalhub's own database does not answer, or lacks migrations (%(kind)s).")
            raise CommandError(text % {"kind": type(error).__name__}, returncode=2) from error
        deaf = [health.queue for health in found if health.is_deaf(max_age)]
        self.stdout.write(_json(found, max_age) if json else "\n".join(_line(health, max_age) for health in found))
        if not broker_answers(found):
            # No alarm about workers, whom a restart would not help.
            text = _("The broker of the queues does not answer (%(place)s). Nothing is lost; work waits until it does.")
            raise CommandError(text % {"place": broker_settings.place(settings.Q_CLUSTER)}, returncode=2)
        if deaf:
            raise CommandError(_("Nobody hears %(queues)s.") % {"queues": ", ".join(deaf)}, returncode=1)


def _line(health: QueueHealth, max_age: float) -> str:
    sentences = [_beat(health), *_work(health)]
    if not health.is_deaf(max_age):
        return _("%(queue)s: heard. %(details)s") % {"queue": health.queue, "details": " ".join(sentences)}
    details = {"queue": health.queue, "details": " ".join([*sentences, advice(health.queue)])}
    return _("%(queue)s: DEAF. %(details)s") % details


def _beat(health: QueueHealth) -> str:
    if health.beat_age is None:
        return _("Its workers were never heard of.")
    names = {"host": health.host or "–", "age": duration(health.beat_age)}
    return _("Its workers were last heard of %(age)s ago, on %(host)s.") % names


def _work(health: QueueHealth) -> list[str]:
    found = []
    if health.waiting:
        text = ngettext(
            "%(count)d task waits, for %(age)s.", "%(count)d tasks wait, the oldest for %(age)s.", health.waiting
        )
        found.append(text % {"count": health.waiting, "age": duration(health.oldest_age or 0)})
    if health.at_work:
        text = ngettext("%(count)d shard is worked on.", "%(count)d shards are worked on.", health.at_work)
        found.append(text % {"count": health.at_work})
    if health.is_looking:
        found.append(_("Schemas are being looked at."))
    return found


def advice(queue: str) -> str:
    """What a person does next about a deaf queue."""
    text = _(
        "Restart them: systemctl restart dentalhub-worker@%(queue)s, or the container with Q_CLUSTER_NAME=%(queue)s."
    )
    if queue == INTERACTIVE_QUEUE:
        return text % {"queue": queue} + " " + _("Without them nothing is due, and no queue is heard of.")
    return text % {"queue": queue}


def duration(seconds: float) -> str:
    """A short span of time in words."""
    if seconds < 120:
        return _("%(count)d s") % {"count": seconds}
    if seconds < 7200:
        return _("%(count)d min") % {"count": seconds // 60}
    return _("%(count)d h") % {"count": seconds // 3600}


def _json(found: list[QueueHealth], max_age: float) -> str:
    queues = [
        {
            "queue": health.queue,
            "is_deaf": health.is_deaf(max_age),
            "last_beat": health.last_beat.astimezone(dt.UTC).isoformat() if health.last_beat else None,
            "last_beat_seconds": _rounded(health.beat_age),
            "host": health.host,
            "waiting_tasks": health.waiting,
            "oldest_task_seconds": _rounded(health.oldest_age),
            "shards_at_work": health.at_work,
            "looks_at_schemas": health.is_looking,
            "advice": advice(health.queue) if health.is_deaf(max_age) else "",
        }
        for health in found
    ]
    document = {
        "deaf": [row["queue"] for row in queues if row["is_deaf"]],
        "max_age_seconds": max_age,
        "queues": queues,
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _rounded(age: float | None) -> int | None:
    return None if age is None else round(age)
