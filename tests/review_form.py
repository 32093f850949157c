"""The form of a review page as a browser reads, fills and sends it. *Pure*.

A browser turns every kind of line end into one when it reads a page, and into another when it sends a form: what is to
come back unharmed must survive that.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_LINE_END = re.compile(r"\r\n|\r|\n")
Attributes = list[tuple[str, str | None]]


def as_read(text: str) -> str:
    """`text` as a browser takes it from a page."""
    return _LINE_END.sub("\n", text)


@dataclass
class ReviewForm:
    """What the form holds; `options` are the values and labels of each select."""

    values: dict[str, str] = field(default_factory=dict)
    options: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def value_of(self, select: str, label: str) -> str:
        """The value behind the one option that is called `label`, before the type or the number of rows."""
        wanted = as_read(label)
        found = {
            value
            for value, text in self.options[select]
            if text == wanted or re.fullmatch(r"( · \w+(\(\w+\))?| \([\d,]+\))", text.removeprefix(wanted))
        }
        assert len(found) == 1, (select, label, self.options[select])
        return found.pop()

    def sent(self) -> dict[str, str]:
        """What arrives at the server."""
        return {name: _LINE_END.sub("\r\n", value) for name, value in self.values.items()}


def read_form(page: str) -> ReviewForm:
    """The form `mapping-form` of a page, or the part of it that htmx exchanges."""
    reader = _FormReader(whole_page="mapping-form" in page)
    reader.feed(as_read(page))
    reader.close()
    return reader.form


class _FormReader(HTMLParser):
    def __init__(self, *, whole_page: bool) -> None:
        super().__init__()
        self.form = ReviewForm()
        self._inside = not whole_page
        self._select = ""
        self._label: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = found.get("id") == "mapping-form"
        elif not self._inside:
            return
        elif tag == "input" and "name" in found:
            if found.get("type") != "checkbox":
                self.form.values[found["name"]] = found.get("value", "")
            elif "checked" in found:
                self.form.values[found["name"]] = found.get("value", "on")
        elif tag == "select":
            self._select = found["name"]
            self.form.values[self._select] = ""
            self.form.options[self._select] = []
        elif tag == "option":
            self._label = []
            self.form.options[self._select].append((found["value"], ""))
            if "selected" in found:
                self.form.values[self._select] = found["value"]

    def handle_data(self, data: str) -> None:
        if self._label is not None:
            self._label.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "option" and self._label is not None:
            value, _empty = self.form.options[self._select].pop()
            self.form.options[self._select].append((value, "".join(self._label)))
            self._label = None
