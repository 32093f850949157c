"""Whether a page keeps its shape in windows of several widths, and with longer words than it was drawn with."""

from collections.abc import Iterable

from playwright.sync_api import Page

# A phone, a window at 200 % zoom, a tablet, a desk.
NARROW = 320
WIDTHS = (NARROW, 640, 768, 1440)
# A table that is wider than its frame scrolls there, and what is read out only takes no room.
_PROBLEMS = """
() => {
  const found = [], root = document.scrollingElement;
  const named = (part) => {
    const classes = [...part.classList].map((name) => "." + name).join("");
    return part.tagName.toLowerCase() + (part.id ? "#" + part.id : classes);
  };
  const shown = (part) => {
    const box = part.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && getComputedStyle(part).visibility === "visible";
  };
  if (root.scrollWidth > root.clientWidth) {
    const range = document.createRange();
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const wordy = [];
    while (texts.nextNode()) {
      range.selectNodeContents(texts.currentNode);
      const parent = texts.currentNode.parentElement;
      const reaches = range.getBoundingClientRect().right > root.clientWidth + 1;
      if (reaches && !parent.closest(".table-wrap, .visually-hidden")) wordy.push(parent);
    }
    const wide = [...document.querySelectorAll("body *")].filter(
      (part) => shown(part) && part.getBoundingClientRect().right > root.clientWidth + 1
        && !part.closest(".table-wrap, .table-wrap--scroll, .visually-hidden"),
    );
    const parts = [...wide, ...wordy].slice(-3).map(named).join(", ") || "nothing visible";
    found.push(`${root.scrollWidth} px wide, because of ${parts}`);
  }
  for (const part of document.querySelectorAll("body *")) {
    const style = getComputedStyle(part);
    if (!["hidden", "clip"].includes(style.overflowX) || part.closest(".visually-hidden") || !shown(part)) continue;
    if (part.textContent.trim() && part.scrollWidth > part.clientWidth + 1) {
      found.push(`cut: ${named(part)}, ${part.textContent.trim().slice(0, 40)}`);
    }
  }
  for (const part of document.querySelectorAll("dd, td, li, p")) {
    const box = part.getBoundingClientRect();
    if (part.textContent.trim().length > 40 && shown(part) && box.width < 72 && box.height > 3 * box.width) {
      found.push(`squeezed: ${named(part)}, ${part.textContent.trim().slice(0, 40)}`);
    }
  }
  const heads = ".site-header :is(a, button, summary), .page-header :is(h1, a, button)";
  const controls = [...document.querySelectorAll(heads)].filter(
    (part) => shown(part) && !part.closest(".menu__panel"),
  );
  controls.forEach((one, number) => {
    for (const other of controls.slice(number + 1)) {
      if (one.contains(other) || other.contains(one)) continue;
      const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
      const [x, y] = [Math.min(a.right, b.right) - Math.max(a.left, b.left),
        Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)];
      if (x > 1 && y > 1) found.push(`${named(one)} over ${named(other)}`);
    }
  });
  return found;
}
"""
# Each text gets two fifths of itself once more, as a translation into a wordier language would have them.
_LONGER = """
() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  for (const text of texts) {
    if (text.parentElement.closest("script, style, code, textarea, .visually-hidden")) continue;
    text.data = text.data.replace(/\\p{L}+/gu, (word) => word + word.slice(0, Math.floor(word.length * 0.4)));
  }
}
"""


def layout_problems(page: Page, widths: Iterable[int] = WIDTHS) -> list[str]:
    """What scrolls sideways, is cut off, squeezed or over something else, by the width of the window."""
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 640})
        found += [f"at {width} px: {problem}" for problem in page.evaluate(_PROBLEMS)]
    return found


def too_wide(page: Page) -> list[str]:
    """What is wrong in a narrow window."""
    return layout_problems(page, [NARROW])


def lengthen(page: Page) -> None:
    """Make every word on the page two fifths longer."""
    page.evaluate(_LONGER)
