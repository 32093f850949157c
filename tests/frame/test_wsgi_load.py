"""A web process has loaded its pages before it takes the first visitor."""

from pathlib import Path

from tests.frame.test_queue_settings import run_python


def test_first_visitor_waits_for_no_page_to_be_loaded(tmp_path: Path) -> None:
    names = ["extraction.run_detail_views", "extraction.api.urls"]
    code = f"import dentalhub.wsgi, sys; print([name in sys.modules for name in {names}])"
    result = run_python(code, tmp_path)
    assert (result.stdout, result.stderr) == ("[True, True]\n", "")
