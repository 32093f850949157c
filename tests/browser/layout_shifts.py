"""How much of a page jumped, as Chromium measures it (Layout Instability API)."""

from playwright.sync_api import Page

# Before anything of the page runs. What moves within half a second after a key or a click is what somebody asked for,
# and Chromium marks it.
_WATCH = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    const parts = entry.sources.map((source) => source.node?.id || source.node?.className || source.node?.nodeName);
    window.shifts.push({ value: entry.value, asked: entry.hadRecentInput, parts: parts.join(", ") });
  }
}).observe({ type: "layout-shift", buffered: true });
"""
# Of the window: less than what anybody notices, such as a border that is drawn a fraction of a pixel elsewhere.
UNSEEN = 0.001


def watch(page: Page) -> None:
    """Note every shift on all pages that are opened from now on."""
    page.add_init_script(_WATCH)


def forget(page: Page) -> None:
    """Begin anew, after what has been done so far was drawn."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)))")
    page.evaluate("window.shifts = []")


def shifts(page: Page) -> list[str]:
    """What jumped since, without anybody's asking for it."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)))")
    found = page.evaluate("window.shifts.filter((shift) => !shift.asked)")
    return [f"{shift['value']:.4f}: {shift['parts']}" for shift in found if shift["value"] > UNSEEN]
