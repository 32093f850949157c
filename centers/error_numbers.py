"""Which error means what and what is done about it: SQL Server's native numbers and the driver's states. *Pure*.

`docs/errors.md` holds the same table for people; a test keeps the two equal.
"""

from dataclasses import dataclass
from enum import StrEnum

from centers.exceptions import SourceErrorKind

Kind = SourceErrorKind


class Action(StrEnum):
    """What dentalhub does after an error."""

    RETRY = "retry"  # at most MOST_ATTEMPTS attempts in all
    RETRY_ONCE = "retry once"
    OPEN_BREAKER = "open the breaker at once"  # and never retry
    NEVER = "never retry"
    ASK = "ask a person"  # and never retry: nothing changes until somebody acts


MOST_ATTEMPTS = 3
RETRIES = {
    Action.RETRY: MOST_ATTEMPTS - 1,
    Action.RETRY_ONCE: 1,
    Action.OPEN_BREAKER: 0,
    Action.NEVER: 0,
    Action.ASK: 0,
}


@dataclass(frozen=True, slots=True)
class NumberRule:
    """What these native numbers of SQL Server mean."""

    numbers: tuple[int, ...]
    kind: Kind
    action: Action


@dataclass(frozen=True, slots=True)
class StateRule:
    """What these SQLSTATEs mean where no known number says more."""

    states: tuple[str, ...]
    kind: Kind
    action: Action


NUMBER_RULES = (
    # A further attempt with a wrong password would count towards locking the practice's account.
    NumberRule((18452, 18456, 18470, 18486, 18487, 18488), Kind.LOGIN, Action.OPEN_BREAKER),
    NumberRule((911, 924, 927, 942, 945, 4060, 4064), Kind.DATABASE, Action.ASK),
    # A replica that nobody may read, or only with the other intent.
    NumberRule((976, 978, 979, 982, 983), Kind.DATABASE, Action.ASK),
    NumberRule((40613,), Kind.DATABASE, Action.RETRY),
    NumberRule((208,), Kind.TABLE, Action.ASK),
    NumberRule((207,), Kind.COLUMN, Action.ASK),
    NumberRule((229, 230, 262, 297, 300, 916), Kind.PERMISSION, Action.ASK),
    NumberRule((245,), Kind.OTHER, Action.NEVER),
    NumberRule((1205,), Kind.DEADLOCK, Action.RETRY),
    NumberRule((1222,), Kind.LOCK_TIMEOUT, Action.RETRY),
    NumberRule((601, 3960, 41301, 41302, 41305, 41325, 41839), Kind.CONFLICT, Action.RETRY),
    NumberRule((701, 1204, 6005, 8645, 8651, 10928, 10929, 17142, 17187), Kind.BUSY, Action.RETRY),
    NumberRule((40197, 40501, 49918, 49919, 49920), Kind.BUSY, Action.RETRY),
    NumberRule((596,), Kind.CONNECTION_LOST, Action.RETRY),
)
STATE_RULES = (
    StateRule(("28000",), Kind.LOGIN, Action.OPEN_BREAKER),
    StateRule(("08S01", "08003", "08007"), Kind.CONNECTION_LOST, Action.RETRY),
    StateRule(("08001",), Kind.UNREACHABLE, Action.RETRY_ONCE),
    StateRule(("HYT00", "HYT01", "HY008"), Kind.TIMEOUT, Action.RETRY_ONCE),
    # 01000 is the driver manager's "Can't open lib".
    StateRule(("IM002", "IM003", "IM004", "01000"), Kind.DRIVER, Action.ASK),
)
# Where neither a number nor a state decides.
ACTION_OF_KIND: dict[Kind, Action] = {
    Kind.NETWORK: Action.ASK,
    Kind.DNS: Action.ASK,
    Kind.REFUSED: Action.NEVER,
    Kind.UNREACHABLE: Action.RETRY_ONCE,
    Kind.TLS: Action.ASK,
    Kind.TRUST: Action.ASK,
    Kind.LOGIN: Action.OPEN_BREAKER,
    Kind.LOGIN_TIMEOUT: Action.RETRY_ONCE,
    Kind.CREDENTIAL: Action.OPEN_BREAKER,
    Kind.SECRET_STORE: Action.RETRY,
    Kind.DATABASE: Action.ASK,
    Kind.TABLE: Action.ASK,
    Kind.COLUMN: Action.ASK,
    Kind.SCHEMA: Action.ASK,
    Kind.PERMISSION: Action.ASK,
    Kind.DEADLOCK: Action.RETRY,
    Kind.LOCK_TIMEOUT: Action.RETRY,
    Kind.CONFLICT: Action.RETRY,
    Kind.BUSY: Action.RETRY_ONCE,
    Kind.TIMEOUT: Action.RETRY_ONCE,
    Kind.HUNG: Action.NEVER,
    Kind.CONNECTION_LOST: Action.RETRY,
    Kind.INCOMPLETE: Action.RETRY_ONCE,
    Kind.DRIVER: Action.ASK,
    Kind.POOLING: Action.ASK,
    Kind.PROTOCOL: Action.ASK,
    Kind.OTHER: Action.NEVER,
}
RULE_OF_NUMBER = {number: rule for rule in NUMBER_RULES for number in rule.numbers}
RULE_OF_STATE = {state: rule for rule in STATE_RULES for state in rule.states}


def action_for(kind: Kind, number: int | None) -> Action:
    """What is done about an error of this kind and native number."""
    rule = RULE_OF_NUMBER.get(number) if number is not None else None
    return rule.action if rule is not None else ACTION_OF_KIND[kind]
