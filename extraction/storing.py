"""Lands what was read, together where it can be and one center at a time where one of them is in the way."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

from extraction.causes import Cause
from extraction.exceptions import SuppressionKeyError
from extraction.landing import land
from extraction.leases import Lease
from extraction.reader import CenterResult, Failure

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Stored:
    """What became of some results: shards that were lost meanwhile, and why some results could not be stored."""

    lost: set[int] = field(default_factory=set)
    # By `id` of the result: a center may have several of them.
    failures: dict[int, Failure] = field(default_factory=dict)


def store(results: Sequence[CenterResult], leases: Mapping[int, Lease]) -> Stored:
    """Land results, all of them extractions of held shards; when that fails together, each alone."""
    stored = Stored()
    try:
        if not results or _is_landed(results, leases, stored):
            return stored
    except SuppressionKeyError as error:
        logger.error("landing %s results failed: %s", len(results), error)
    message = _("The rows were read but could not be stored. The earlier ones are kept.")
    for one in results:
        if one.task.shard_id in stored.lost:
            continue
        try:
            if not _is_landed([one], leases, stored):
                stored.failures[id(one)] = Failure(Cause.STORAGE.value, message)
        except SuppressionKeyError as error:
            stored.failures[id(one)] = Failure(Cause.SUPPRESSION_KEY.value, str(error))
    return stored


def _is_landed(results: Sequence[CenterResult], leases: Mapping[int, Lease], stored: Stored) -> bool:
    """False when it failed; raises SuppressionKeyError. A database that is busy for a moment gets a second chance."""
    for is_last in (False, True):
        try:
            stored.lost |= land(results, leases)
        except (OperationalError, InterfaceError) as error:
            logger.warning("landing %s results failed: %s", len(results), type(error).__name__)
            if is_last:
                return False
        except SuppressionKeyError:
            raise
        except Exception as error:  # noqa: BLE001 # one center's data must not end the run
            # The class only: a database's message may quote the row.
            logger.error("landing %s results failed: %s", len(results), type(error).__name__)
            return False
        else:
            return True
    return False
