"""The calibration as a picture: share of right columns over confidence, with counts. Plain SVG, no library."""

from collections.abc import Sequence
from html import escape

from tests.benchmarks.matcher.calibration import Bin

_WIDTH, _HEIGHT = 720, 560
_LEFT, _TOP, _SIDE = 90, 60, 400
_ACCESSIBLE = 'role="img" aria-labelledby="title desc" font-family="system-ui, sans-serif"'
_TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
# The page behind the picture may be dark: it brings its own ground, and colors for both.
_STYLE = """
svg{--ground:#fff;--ink:#16302f;--soft:#47605f;--grid:#d5dedd;--mark:#0f766e}
@media(prefers-color-scheme:dark){svg{--ground:#12201f;--ink:#e3efed;--soft:#a8bdba;--grid:#33494a;--mark:#4fd1c0}}
.ground{fill:var(--ground)}text{fill:var(--ink);font-size:14px}.soft{fill:var(--soft)}.head{font-size:17px;font-weight:600}
.mid{text-anchor:middle}.end{text-anchor:end}
.grid{stroke:var(--grid);fill:none}.ideal{stroke:var(--soft);stroke-dasharray:6 5;fill:none}
.line{stroke:var(--mark);stroke-width:2;fill:none}.spread{stroke:var(--mark);stroke-width:1.5;fill:none}
.dot{fill:var(--mark);stroke:var(--ground);stroke-width:1.5}
"""


def picture(found: Sequence[Bin], caption: str) -> str:
    """An SVG document; `caption` says what was measured."""
    total = sum(item.count for item in found)
    told = "; ".join(f"confidence {item.sure:.2f}: {item.right} of {item.count} right" for item in found)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" {_ACCESSIBLE}>',
            '<title id="title">Calibration of the confidence</title>',
            f'<desc id="desc">{escape(caption)} {escape(told)}.</desc>',
            f"<style>{_STYLE}</style>",
            f'<rect class="ground" width="{_WIDTH}" height="{_HEIGHT}"/>',
            f'<text class="head" x="{_LEFT}" y="34">Share of right columns over confidence ({total} columns)</text>',
            *_axes(),
            f'<path class="ideal" d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}"/>',
            *_points(found),
            *_legend(found),
            "</svg>\n",
        ]
    )


def _x(value: float) -> float:
    return round(_LEFT + value * _SIDE, 1)


def _y(value: float) -> float:
    return round(_TOP + (1 - value) * _SIDE, 1)


def _axes() -> list[str]:
    parts = []
    for tick in _TICKS:
        parts.append(f'<path class="grid" d="M{_x(tick)} {_y(0)}V{_y(1)}M{_x(0)} {_y(tick)}H{_x(1)}"/>')
        parts.append(f'<text class="mid soft" x="{_x(tick)}" y="{_y(0) + 22}">{tick:.1f}</text>')
        parts.append(f'<text class="end soft" x="{_x(0) - 10}" y="{_y(tick) + 5}">{tick:.1f}</text>')
    middle = _x(0.5)
    parts.append(f'<text class="mid" x="{middle}" y="{_y(0) + 50}">mean confidence of the bin</text>')
    parts.append(
        f'<text class="mid" transform="rotate(-90)" x="{-_y(0.5)}" y="{_LEFT - 56}">share that was right</text>'
    )
    return parts


def _points(found: Sequence[Bin]) -> list[str]:
    line = "L".join(f"{_x(item.sure)} {_y(item.share)}" for item in found)
    parts = [f'<path class="line" d="M{line}"/>'] if len(found) > 1 else []
    for item in found:
        low, high = item.interval
        parts.append(f'<path class="spread" d="M{_x(item.sure)} {_y(low)}V{_y(high)}"/>')
        parts.append(f'<circle class="dot" cx="{_x(item.sure)}" cy="{_y(item.share)}" r="6"/>')
    return parts


def _legend(found: Sequence[Bin]) -> list[str]:
    left = _x(1) + 36
    parts = [f'<text x="{left}" y="{_TOP + 14}">confidence: right / all</text>']
    for row, item in enumerate(reversed(found), start=1):
        words = f"{item.low:.2f} to {item.high:.2f}: {item.right} / {item.count}"
        parts.append(f'<text class="soft" x="{left}" y="{_TOP + 14 + row * 24}">{words}</text>')
    bottom = _HEIGHT - 22
    parts.append(f'<text class="soft" x="{_LEFT}" y="{bottom}">dashed: as sure as right; bars: 95 % interval</text>')
    return parts
