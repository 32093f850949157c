"""A process that looks at what is wrong N times, as the tick does: `python -m tests.extraction.alert_lookers N`.

With 0 it looks twice when all is over.
"""

import sys

import django


def look(times: int) -> None:
    """Look `times` times, five minutes later each time, and make the messages."""
    from extraction.alert_causes import AlertCause
    from extraction.alerts.bundling import bundle
    from extraction.alerts.evaluation import take_up
    from extraction.alerts.keys import AlertKey
    from tests.extraction.alert_builders import MINUTE, NOON, facts

    if not times:
        for day in (2, 4):
            take_up(facts(), NOON + day * 1440 * MINUTE)
        bundle(NOON + 4 * 1440 * MINUTE)
    keys = [AlertKey(AlertCause.CENTERS_FAILED, detail) for detail in ("dns", "login_failed", "refused")]
    for number in range(times):
        now = NOON + number * 5 * MINUTE
        take_up(facts(*((key, 14) for key in keys if number < times // 2)), now)
        bundle(now)


if __name__ == "__main__":
    django.setup()
    look(int(sys.argv[1]))
