"""Which centers of a network are sick how (*pure*): 10 % dead, 5 % slow, 2 % hanging."""

import random
from collections.abc import Sequence

from dentalhub.sandbox.options import Fault, FaultKind

DEAD = (FaultKind.REFUSE, FaultKind.RESET_ACCEPT, FaultKind.SILENT_ACCEPT, FaultKind.RESET_LOGIN)
SLOW = (FaultKind.SLOW,)
HANGING = (FaultKind.HANG, FaultKind.SILENT_LOGIN, FaultKind.HALF_ROW, FaultKind.SILENT_SESSION)
PERCENT = ((10, DEAD), (5, SLOW), (2, HANGING))


def sick_centers(center_ids: Sequence[str], seed: int) -> tuple[Fault, ...]:
    """A random choice of centers, each with one of the faults of its group."""
    chance = random.Random(seed)
    wanted = [kinds[number % len(kinds)] for percent, kinds in PERCENT for number in range(_share(center_ids, percent))]
    return tuple(
        Fault(center_id, kind) for center_id, kind in zip(chance.sample(center_ids, len(wanted)), wanted, strict=True)
    )


def _share(center_ids: Sequence[str], percent: int) -> int:
    return max(1, len(center_ids) * percent // 100)
