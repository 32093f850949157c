"""Pages that ask for their own progress: the last answer stops them, and the others say what is news."""

from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from dentalhub.live_pages import render_live_page
from dentalhub.milestones import Heard, News

PARTS = "includes/stat_grid.html", "includes/center_news.html"


def answer(heard: str | None, *, done: int = 2, is_finished: bool = False, is_fragment: bool = True) -> tuple[int, str]:
    """Status and text for a page that says that it has heard so much."""
    headers = {"HX-Request": "true"} if is_fragment else {}
    request = RequestFactory().get("/", {} if heard is None else {"heard": heard}, headers=headers)
    request.htmx = HtmxDetails(request)  # type: ignore[attr-defined]
    context = {"content": "the page", "done": done, "all": 4}
    now = Heard.at(done, 4, waits=False)
    response = render_live_page(request, *PARTS, context, is_finished=is_finished, heard=now)
    return response.status_code, response.content.decode().strip()


def test_only_the_last_answer_to_htmx_stops_the_page() -> None:
    found = [
        answer("50", is_finished=is_finished, is_fragment=is_fragment)[0]
        for is_finished in (False, True)
        for is_fragment in (False, True)
    ]
    assert found == [200, 200, 200, 286]


def test_news_is_what_the_page_has_not_heard() -> None:
    told = '<div hx-swap-oob="innerHTML:#live">50%: 2 of 4 centers have ended.</div>'
    assert [told in answer(heard)[1] for heard in ("0", "25", "50", None, "x")] == [True, True, False, False, False]


def test_page_without_milestones_gets_none() -> None:
    request = RequestFactory().get("/")
    response = render_live_page(request, *PARTS, {"content": "the page"}, is_finished=True)
    assert (response.status_code, response.headers["Vary"]) == (200, "HX-Request")
    assert News.between(None, Heard()) == News()
