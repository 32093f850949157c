"""Entries that are hard to export, and the batches that hold them. *Pure*."""

from extraction.export_rows import Batch, CenterNames, EntryRow

CENTERS = {1: CenterNames("center_01", "Praxis Müller"), 2: CenterNames("center_02", 'Zahnärzte "Am Markt"; Wien, 1')}
ROW: EntryRow = (1, "2026-11-20", "0042", "GKV", "AOK Bayern", "Füllung", '["01", "Ä1"]')
# Each as a chart entry: what spreadsheets, CSV readers and XML take for something else.
HARD_TEXTS = (
    "",
    "Größe ß, Übergang àéî",
    'Die "Alte", AG',
    '"',
    "a;b,c",
    "a\r\nb\nc\rd",
    "tab\there",
    "null\0byte and bell\a",
    "😀 Zahn 🦷",
    "=1+1",
    "+49 89 1234",
    "-1",
    "@SUM(A1)",
    "\t=1+1",
    "\n=1+1",
    "\r=1+1",
    " =1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "﹢1",
    "=cmd|' /C calc'!A0",
    "http://example.com",
    "mailto:x@example.com",
    "<r><t>markup</t></r>",
    "<b>&amp;</b>",
    "_x0041_",
    "0042",
    "1e5",
    "TRUE",
    "  blanks  ",
    "\ufeffmark",
    "'quoted",
)


def batch(*rows: EntryRow) -> Batch:
    """The rows with their centers."""
    return Batch(rows, CENTERS)


def row_with(text: str) -> EntryRow:
    """A row with that chart entry."""
    return (*ROW[:5], text, "[]")
