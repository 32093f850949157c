"""The key with which a client says that it asks for the same thing again."""

from typing import Annotated

from ninja import Header

IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=64,
        pattern=r"^[A-Za-z0-9_-]+$",
        description="A new word for each thing that you want, such as a UUID.",
    ),
]
