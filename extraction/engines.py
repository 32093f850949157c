"""Which engine reads for a run: the setting `DENTALHUB_ENGINE` says so. Both land the same."""

from django.conf import settings

from extraction.async_reader_pool import AsyncReaderPool
from extraction.reader import read, read_in_loop
from extraction.reader_pool import Read, ReaderPool
from extraction.readers import Readers


def readers(size: int, read_center: Read | None = None) -> Readers:
    """Readers for `size` centers at a time; `read_center` stands in for the real reading, in threads."""
    if settings.ENGINE == "asyncio" and read_center is None:
        return AsyncReaderPool(size, read_in_loop)
    return ReaderPool(size, read_center or read)
