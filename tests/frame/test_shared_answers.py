"""One answer for all who ask in the same moment, and nothing older than that."""

import threading
import time
from collections.abc import Callable

import pytest

from dentalhub.shared_answers import SharedAnswers


def counter() -> tuple[Callable[[], int], list[int]]:
    made: list[int] = []

    def make() -> int:
        made.append(len(made))
        return made[-1]

    return make, made


def test_answer_is_made_once_in_a_moment_and_for_each_key(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    answers, (make, _made) = SharedAnswers[int](), counter()
    assert [answers.get("a", make, 1.0), answers.get("a", make, 1.0), answers.get("b", make, 1.0)] == [0, 0, 1]
    now = 100.9
    assert answers.get("a", make, 1.0) == 0
    now = 101.0
    assert answers.get("a", make, 1.0) == 2


def test_no_time_shares_nothing() -> None:
    answers, (make, _made) = SharedAnswers[int](), counter()
    assert [answers.get("a", make, 0) for _number in range(3)] == [0, 1, 2]


def test_who_asks_meanwhile_waits_for_the_same_answer() -> None:
    answers, begun, may_end = SharedAnswers[int](), threading.Event(), threading.Event()
    made = 0

    def make() -> int:
        nonlocal made
        made += 1
        begun.set()
        assert may_end.wait(5)
        return 7

    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(answers.get("a", make, 60))) for _number in range(8)]
    for thread in threads:
        thread.start()
    assert begun.wait(5)
    may_end.set()
    for thread in threads:
        thread.join(5)
    assert (made, found) == (1, [7] * 8)


def test_error_is_raised_and_not_kept() -> None:
    answers = SharedAnswers[int]()

    def broken() -> int:
        raise ValueError("no answer")

    for _number in range(2):
        with pytest.raises(ValueError, match="no answer"):
            answers.get("a", broken, 60)
    assert answers.get("a", lambda: 3, 60) == 3


def test_only_the_newest_answers_are_kept() -> None:
    answers, (make, _made) = SharedAnswers[int](most=2), counter()
    for key in "abc":
        answers.get(key, make, 60)
    assert [answers.get("c", make, 60), answers.get("b", make, 60), answers.get("a", make, 60)] == [2, 1, 3]
