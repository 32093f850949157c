"""What is news to somebody who follows work: a quarter, a silence, its end; never the same twice."""

import pytest

from dentalhub.milestones import Heard, News


@pytest.mark.parametrize(
    ("done", "whole", "share"),
    [
        (0, 8, 0),
        (1, 8, 0),
        (2, 8, 25),
        (3, 8, 25),
        (4, 8, 50),
        (6, 8, 75),
        (8, 8, 75),
        (1, 3, 25),
        (0, 0, 0),
        (5, 0, 0),
    ],
)
def test_share_is_the_last_quarter_that_was_reached(done: int, whole: int, share: int) -> None:
    assert Heard.at(done, whole, waits=False) == Heard(share)


@pytest.mark.parametrize("heard", [Heard(0), Heard(75), Heard(50, waits=True)])
def test_token_says_what_was_heard(heard: Heard) -> None:
    assert Heard.of(heard.token) == heard


@pytest.mark.parametrize("token", ["", "26", "100", "-25", "25x", "w", "٢٥"])
def test_what_nobody_wrote_is_nothing_heard(token: str) -> None:
    assert Heard.of(token) is None


@pytest.mark.parametrize(
    ("before", "now", "news"),
    [
        (Heard(25), Heard(25), News()),
        (Heard(25), Heard(75), News(share=75)),
        # More rows than were estimated, or another page of the same run: nothing goes backwards aloud.
        (Heard(50), Heard(25), News()),
        (Heard(25), Heard(50, waits=True), News(silence=True)),
        (Heard(50, waits=True), Heard(50, waits=True), News()),
        (Heard(25, waits=True), Heard(50), News(again=True)),
        (None, Heard(75, waits=True), News()),
    ],
)
def test_news_is_what_changed_and_silence_first(before: Heard | None, now: Heard, news: News) -> None:
    assert News.between(before, now) == news
