"""Takes the pictures of docs/screens.md, by hand:

    .venv/bin/python -m tests.browser.take_screenshots

It starts a demo of its own, in a folder and on ports of its own, and ends it again. `--only NAME` takes some of them;
with `--look FOLDER` every page is taken in light and dark, narrow and wide, into that folder, to be looked at.
"""

import argparse
import itertools
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import CHROMIUM, ROOT
from tests.browser.pictures import PICTURES, Picture

DOCS = ROOT / "docs" / "screenshots"
LOCALES = {"en": "en-GB", "de": "de-DE"}
_PASSWORD = re.compile(r"^  (\w+) +(\S+)$")


class DemoError(Exception):
    """The demo ended before it served its pages."""


def main() -> None:
    """Start the demo, take what is asked for, and say what each page answered."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--sandbox-port", type=int, default=25400)
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="the name of a picture")
    parser.add_argument("--look", type=Path, metavar="FOLDER", help="every page, scheme and width into this folder")
    options = parser.parse_args()
    wanted = [picture for picture in PICTURES if not options.only or picture.name in options.only]
    url = f"http://127.0.0.1:{options.port}"
    with _demo(options.port, options.sandbox_port) as passwords, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        album = _Album(browser, url, passwords)
        if options.look is None:
            album.take(wanted)
        else:
            options.look.mkdir(parents=True, exist_ok=True)
            album.look(wanted, options.look)


@contextmanager
def _demo(port: int, sandbox_port: int) -> Iterator[dict[str, str]]:
    """A demo that serves its pages, and the passwords that it showed."""
    with tempfile.TemporaryDirectory(prefix="dentalhub-pictures-") as folder:
        environment = os.environ | {
            "DENTALHUB_DATA_DIR": folder,
            "DENTALHUB_ENV_FILE": str(Path(folder) / "none.env"),
            "DENTALHUB_SECRET_KEY": secrets.token_urlsafe(40),
            "PYTHONUNBUFFERED": "1",
        }
        environment.pop("DATABASE_URL", None)
        command = [sys.executable, str(ROOT / "manage.py"), "demo"]
        command += ["--port", str(port), "--sandbox-port", str(sandbox_port)]
        demo = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True)
        try:
            yield _passwords(demo)
        finally:
            os.killpg(demo.pid, signal.SIGTERM)
            demo.wait(timeout=60)


def _passwords(demo: "subprocess.Popen[str]") -> dict[str, str]:
    assert demo.stdout is not None
    found = dict[str, str]()
    for line in demo.stdout:
        if shown := _PASSWORD.match(line.rstrip("\n")):
            found[shown[1]] = shown[2]
        if line.startswith("Open http"):
            return found
    raise DemoError("The demo ended before it served its pages.")


class _Album:
    """Everybody signs in once, for each language and scheme."""

    def __init__(self, browser: Browser, url: str, passwords: dict[str, str]) -> None:
        self._browser = browser
        self._url = url
        self._passwords = passwords
        self._pages: dict[tuple[str, ...], Page] = {}

    def take(self, pictures: Sequence[Picture]) -> None:
        """The pictures of the guide."""
        for picture in pictures:
            page = self._page(picture.person, picture.language, picture.scheme, "wide")
            self._shoot(page, picture, DOCS / f"{picture.name}.png", full=False)

    def look(self, pictures: Sequence[Picture], folder: Path) -> None:
        """Every page in both schemes and two widths, from top to bottom."""
        for picture, scheme, width in itertools.product(pictures, ("light", "dark"), ("wide", "narrow")):
            page = self._page(picture.person, picture.language, scheme, width)
            self._shoot(page, picture, folder / f"{picture.name}-{scheme}-{width}.png", full=True)

    def _page(self, person: str, language: str, scheme: str, width: str) -> Page:
        key = (person, language, scheme, width)
        if key not in self._pages:
            colours: Literal["dark", "light"] = "dark" if scheme == "dark" else "light"
            context = self._browser.new_context(
                color_scheme=colours,
                viewport={"width": 1280, "height": 620} if width == "wide" else {"width": 320, "height": 720},
                locale=LOCALES[language],
                reduced_motion="reduce",
            )
            self._pages[key] = context.new_page()
            self._sign_in(self._pages[key], person)
        return self._pages[key]

    def _sign_in(self, page: Page, person: str) -> None:
        page.goto(f"{self._url}/accounts/login/")
        page.locator("input[name=login]").fill(person)
        page.locator("input[name=password]").fill(self._passwords[person])
        page.locator("main button[type=submit]").first.click()
        page.wait_for_url(lambda address: "/accounts/login" not in address)

    def _shoot(self, page: Page, picture: Picture, file: Path, *, full: bool) -> None:
        answer = page.goto(f"{self._url}{picture.path}")
        page.wait_for_load_state("networkidle")
        if picture.prepare is not None:
            picture.prepare(page)
        print(f"{file.stem}: {answer.status if answer else 0}")
        page.screenshot(path=file, full_page=full)


if __name__ == "__main__":
    main()
