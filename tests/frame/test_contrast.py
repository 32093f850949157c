"""Every pair of colours that meets on a screen reaches WCAG AA in light and dark."""

import re
from pathlib import Path

import pytest

STYLESHEET = Path(__file__).parents[2] / "dentalhub" / "static" / "css" / "dentalhub.css"
TOKEN = re.compile(r"--dh-([\w-]+): light-dark\(#([0-9a-f]{6}), #([0-9a-f]{6})\)")
TOKENS = {name: (light, dark) for name, light, dark in TOKEN.findall(STYLESHEET.read_text())}

TEXT, CONTROL = 4.5, 3.0
PAIRS = [
    *((text, ground, TEXT) for text in ("text", "text-muted") for ground in ("surface", "tint", "raised")),
    *((text, ground, TEXT) for text in ("accent", "accent-strong") for ground in ("surface", "tint")),
    *(
        (tone, ground, TEXT)
        for tone in ("ok", "warning", "danger", "info")
        for ground in ("surface", "tint", f"{tone}-soft")
    ),
    *(("text", f"{tone}-soft", TEXT) for tone in ("ok", "warning", "danger", "info", "accent")),
    *(("text-muted", f"{tone}-soft", TEXT) for tone in ("warning", "accent")),
    ("muted", "muted-soft", TEXT),
    ("accent-strong", "accent-soft", TEXT),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-strong", TEXT),
    ("surface", "danger", TEXT),
    *(("line-strong", ground, CONTROL) for ground in ("surface", "tint")),
    *(("accent", ground, CONTROL) for ground in ("raised", "accent-soft")),
]


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_of_black_and_white_is_21() -> None:
    assert round(contrast("000000", "ffffff"), 2) == 21.0


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
def test_pair_of_tokens_reaches_wcag_aa(front: str, ground: str, least: float, theme: int) -> None:
    assert contrast(TOKENS[front][theme], TOKENS[ground][theme]) >= least
