"""What can go wrong with a run. *Pure*."""

from collections.abc import Sequence

from django.utils.translation import gettext as _


class ExtractionError(Exception):
    """Base of this app's errors; its text is fit for the screen."""


class UnknownAdapterError(ExtractionError):
    """A center names a software that no adapter reads."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(
            _("There is no adapter for the software “%(name)s”. Known: %(known)s.")
            % {"name": name, "known": ", ".join(known)}
        )


class LeaseLostError(ExtractionError):
    """Another process has taken the work over; what this one still holds must not land."""


class RunRequestError(ExtractionError):
    """A run cannot be asked for like this."""


class SourceSqlError(ExtractionError):
    """Nobody can say which SQL read a slice."""


class NothingToReadError(RunRequestError):
    """Nothing is wanted that could be read; `is_hindered` is True when centers were skipped that somebody must mend."""

    def __init__(self, *, is_hindered: bool) -> None:
        self.is_hindered = is_hindered
        super().__init__(
            _("Nothing to read: what is missing belongs to centers that cannot be read now.")
            if is_hindered
            else _("There is nothing to read.")
        )


class HeldSliceError(ExtractionError):
    """A held slice is no longer what a person decided about."""


class UnusualSliceError(ExtractionError):
    """A slice is no longer what a person accepted."""


class SuppressionKeyError(ExtractionError):
    """Nobody can tell whether a patient of a center was erased: the key is gone, so nothing of it lands."""

    def __init__(self, center_id: str) -> None:
        super().__init__(
            _(
                "Patients of %(center)s were erased, and the key that recognises them is gone. Nothing of this center "
                "lands until the old key stands in DENTALHUB_SUPPRESSION_KEYS again."
            )
            % {"center": center_id}
        )


class ErasureError(ExtractionError):
    """A patient cannot be erased, or a suppression not be lifted, like this."""


class ExportRefusedError(ExtractionError):
    """An export cannot be made like this."""


class DeliveryError(ExtractionError):
    """A file did not reach its destination; the text names no file and no address."""
