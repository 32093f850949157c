"""JSON and JSON Lines, byte by byte."""

import json

from extraction.export_json import CenterSummary, json_document, json_lines
from tests.extraction.builders import FRIDAY, MONDAY
from tests.extraction.exported import HARD_TEXTS, ROW, batch, row_with

LINE = (
    '{"center_id":"center_01","center_name":"Praxis Müller","date":"2026-11-20","patient_id":"0042",'
    '"insurance_status":"GKV","insurance_name":"AOK Bayern","chart_entry":"Füllung","service_codes":["01","Ä1"]}'
)


def test_json_document() -> None:
    centers = [CenterSummary("center_01", "Praxis", 2, 0.25, None), CenterSummary("center_02", "P2", 0, 0.0, "down")]
    assert b"".join(json_document(FRIDAY, FRIDAY, centers, [batch(ROW), batch(ROW)])).decode() == (
        '{"target_date":"2026-11-20","date_from":"2026-11-20","date_to":"2026-11-20",'
        '"totals":{"centers":2,"failed_centers":1,"entries":2},'
        '"centers":[{"id":"center_01","name":"Praxis","count":2,"duration":0.25,"error":null},'
        '{"id":"center_02","name":"P2","count":0,"duration":0.0,"error":"down"}],'
        f'"entries":[\n{LINE},\n{LINE}\n]}}\n'
    )


def test_json_of_a_range_has_no_target_date() -> None:
    document = json.loads(b"".join(json_document(MONDAY, FRIDAY, [], [])))
    assert (document["target_date"], document["date_from"], document["entries"]) == (None, "2026-11-16", [])


def test_json_lines() -> None:
    assert b"".join(json_lines([batch(ROW), batch(ROW)])).decode() == f"{LINE}\n{LINE}\n"


def test_json_lines_without_rows() -> None:
    assert b"".join(json_lines([])) == b""


def test_hard_texts_read_back_the_same() -> None:
    texts = [*HARD_TEXTS, "ä" * 200_000]
    found = [batch(*map(row_with, texts))]
    lines = b"".join(json_lines(found)).decode().split("\n")
    assert [json.loads(line)["chart_entry"] for line in lines[:-1]] == texts
    document = json.loads(b"".join(json_document(FRIDAY, FRIDAY, [], found)))
    assert [entry["chart_entry"] for entry in document["entries"]] == texts


def test_hard_text_byte_by_byte() -> None:
    (line,) = json_lines([batch(row_with('a"\\\r\n\t\0😀'))])
    assert rb'"chart_entry":"a\"\\\r\n\t\u0000' + "😀".encode() + b'","service_codes":[]}\n' in line
