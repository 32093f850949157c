"""A connection for pools that only counts."""


class FakeConnection:
    """`alive` is what the server would answer; `checks` how often it was asked."""

    def __init__(self) -> None:
        self.reusable = True
        self.alive = True
        self.checks = 0
        self.closed = 0

    def is_alive(self, seconds: float) -> bool:
        self.checks += 1
        return self.alive

    def close(self) -> None:
        self.closed += 1
