"""The API under /api/v1/: the same data under the same rights as the pages, as JSON."""
