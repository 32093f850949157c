"""A mapping as plain text for the terminal. *Pure*."""

import unicodedata

from django.utils.translation import gettext as _

from centers.catalog import qualified_name
from mappings.comparison import Comparison
from mappings.confidence import sureness
from mappings.diff import ChangeKind, DiffRow, changes, codes_table, flag_text
from mappings.document import MappingDocument, TableMapping

# Control characters and ends of lines and paragraphs.
_UNSHOWABLE = frozenset({"Cc", "Zl", "Zp"})
_SIGNS = {ChangeKind.ADDED: "+", ChangeKind.REMOVED: "-", ChangeKind.CHANGED: "~", ChangeKind.UNCHANGED: " "}


def mapping_lines(document: MappingDocument) -> list[str]:
    """One line per table, field and insurance code; "?" is a code that nobody has decided."""
    lines = [line for table in document.tables for line in _table_lines(table)]
    lines += [f"{code} -> {status}" for code, status in codes_table(document).items()]
    lines += [f"patient ids: {document.patient_id_form}"] if document.patient_id_form else []
    return [_on_one_line(line) for line in lines]


def comparison_lines(comparison: Comparison) -> list[str]:
    """Both sides, one line per difference, and how much there was to compare."""
    lines = [_("Left:  %(side)s") % {"side": comparison.left.label}]
    lines.append(_("Right: %(side)s") % {"side": comparison.right.label})
    lines += diff_lines(comparison.rows) or [_("Nothing differs.")]
    numbers = comparison.counts
    text = _("%(added)s added, %(removed)s removed, %(changed)s changed, %(unchanged)s unchanged.")
    return [*lines, text % {kind.value: numbers[kind] for kind in ChangeKind}]


def diff_lines(rows: tuple[DiffRow, ...]) -> list[str]:
    """One line per difference; a sign says what happened, and a sentence what it means."""
    return [_on_one_line(_diff_line(row)) for row in changes(rows)]


def _on_one_line(line: str) -> str:
    """What would break the line, or tell the terminal to do something, as an escape: a name may hold anything."""
    return "".join(
        letter.encode("unicode_escape").decode() if unicodedata.category(letter) in _UNSHOWABLE else letter
        for letter in line
    )


def _diff_line(row: DiffRow) -> str:
    effect = _("breaking: %(sentence)s") % {"sentence": row.sentence} if row.is_breaking else row.sentence
    return f"{_SIGNS[row.kind]} {row.field}: {row.before or '-'} -> {row.after or '-'}  ({effect})"


def _table_lines(table: TableMapping) -> list[str]:
    if table.table is None:
        return [f"{table.name}: -"]
    name = qualified_name(table.schema or "", table.table)
    lines = [f"{table.name}: {name}  {_certainty(table.confidence)}"]
    lines += [
        f"  {item.name:<10} {item.column}  {_certainty(item.confidence)}" if item.column else f"  {item.name:<10} -"
        for item in table.fields
    ]
    if table.date_format:
        lines.append(f"  dates: {table.date_format}")
    if table.delete_flag:
        lines.append(f"  alive: {flag_text(table.delete_flag)}")
    return lines


def _certainty(confidence: float) -> str:
    return f"{confidence:.2f} {sureness(confidence)}"
