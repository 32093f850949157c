"""What is stored of each row of a slice, beside its place in it. *Pure*."""

import json
from collections.abc import Iterator, Sequence

from extraction.row_changes import Content
from extraction.rows import SliceRows

# The columns of `Content`.
CONTENT_FIELDS = (
    *("source_row_id", "patient_id", "insurance_status", "insurance_name"),
    *("chart_entry", "service_codes"),
)


class JsonTexts(dict[str, str]):
    """Service codes as JSON texts, each made once: a practice has some hundred."""

    def __missing__(self, code: str) -> str:
        self[code] = text = json.dumps(code, ensure_ascii=False)
        return text

    def of(self, codes: Sequence[str]) -> str:
        """The JSON list."""
        return f"[{', '.join([self[code] for code in codes])}]"


def stored_content(rows: SliceRows, json_texts: JsonTexts) -> Iterator[Content]:
    """The entries of a slice in their order, as the columns have them."""
    # The last field of an entry are the codes, all others are texts as they are stored.
    return ((*entry[:-1], json_texts.of(entry.service_codes)) for entry in rows.entries)
