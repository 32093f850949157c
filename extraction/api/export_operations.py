"""Exports: files that are made in the background, each in the ledger as those of the pages."""

import datetime as dt
import hashlib
import json
from typing import cast

from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from ninja import Query, Router, Schema
from ninja.responses import Status
from pydantic import Field

from dentalhub.access import Right
from dentalhub.api_frame import BodySchema, QuerySchema
from dentalhub.problems import ProblemCode, ProblemError
from dentalhub.token_auth import demand, needs, token_of
from extraction.api.cursors import LARGEST_KEY, number_cursor, read_number_cursor
from extraction.api.entry_schemas import NotedConditions
from extraction.api.idempotency import IdempotencyKey
from extraction.api.parameters import Cursor, Limit, check_centers, check_days
from extraction.api.reasons import why_of
from extraction.enums import ExportState
from extraction.exceptions import ExportRefusedError
from extraction.export_downloads import may_download, take
from extraction.export_files import ExportStorageError
from extraction.export_filters import to_text
from extraction.export_formats import ExportFormat, file_name
from extraction.export_jobs import request_export
from extraction.export_ledger import visible_to
from extraction.models import Export
from extraction.tasks import dispatch_export

router = Router(tags=["exports"])


class ExportOut(Schema):
    """One export; `file` is its address once the file is there."""

    id: int
    state: ExportState
    format: ExportFormat
    shows_patients: bool = Field(description="With patient ids, not only pseudonyms.")
    reason: str = Field(description="Why it has patient ids; empty with pseudonyms, and where nobody was asked.")
    note: str
    requested_by: str
    requested_at: dt.datetime
    finished_at: dt.datetime | None
    expires_at: dt.datetime | None = Field(description="The file is there until then.")
    rows: int = Field(description="So far.")
    bytes: int
    sha256: str
    error: str
    file: str | None


class ExportPage(Schema):
    """Some exports, the latest first."""

    items: list[ExportOut]
    next_cursor: str | None


class ExportStart(NotedConditions, BodySchema):
    """Which entries, and the form of the file. Nothing about a patient may be stored, so no text and no pseudonym."""

    format: ExportFormat = ExportFormat.CSV


class ExportQuery(QuerySchema):
    """Which exports."""

    state: ExportState | None = None
    cursor: Cursor = None
    limit: Limit = 50


@router.get("/exports", response=ExportPage, operation_id="list_exports", **needs(Right.EXPORT_ENTRIES))
def list_exports(request: HttpRequest, query: Query[ExportQuery]) -> ExportPage:
    """Your exports, the latest first; an admin's list has everybody's."""
    found = visible_to(token_of(request).user).prefetch_related("regions").order_by("-pk")
    if query.state:
        found = found.filter(state=query.state)
    after = read_number_cursor("exports", query.cursor)
    if after is not None:
        found = found.filter(pk__lt=after)
    exports = list(found[: query.limit + 1])
    shown = exports[: query.limit]
    more = number_cursor("exports", shown[-1].pk) if len(exports) > len(shown) else None
    return ExportPage(items=[_out(request, export) for export in shown], next_cursor=more)


@router.post(
    "/exports",
    response={201: ExportOut, 200: ExportOut},
    operation_id="start_export",
    **needs(Right.EXPORT_ENTRIES, ProblemCode.KEY_USED),
)
def start_export(
    request: HttpRequest, response: HttpResponse, payload: ExportStart, idempotency_key: IdempotencyKey
) -> Status[ExportOut]:
    """Have a file made. The same key and body again answer 200 with the export that is there; another body 409."""
    check_days(payload.date_from, payload.date_to)
    check_centers(payload.center, request.user)
    token, wanted = token_of(request), payload.entry_filter(token_of(request).user)
    why = why_of(payload, token)
    # Two people may choose the same key; a form's key has another length.
    key = hashlib.sha256(f"api:{token.user.pk}:{idempotency_key}".encode()).hexdigest()
    try:
        asked = request_export(wanted, payload.format, token.user, key=key, why=why)
    except ExportRefusedError as error:
        raise ProblemError(ProblemCode.EXPORT_REFUSED, str(error)) from error
    export = asked.export
    if (export.wanted, export.format, export.why) != (to_text(wanted), payload.format.value, why):
        raise ProblemError(ProblemCode.KEY_USED)
    if asked.is_new:
        dispatch_export(export)
    response.headers["Location"] = f"/api/v1/exports/{export.pk}"
    return Status(201 if asked.is_new else 200, _out(request, export))


@router.get("/exports/{int:export_id}", response=ExportOut, operation_id="get_export", **needs(Right.EXPORT_ENTRIES))
def get_export(request: HttpRequest, export_id: int) -> ExportOut:
    """Where an export stands."""
    return _out(request, _export(request, export_id))


@router.get(
    "/exports/{int:export_id}/file",
    operation_id="download_export",
    response={200: None},
    **needs(Right.EXPORT_ENTRIES),
)
def download_export(request: HttpRequest, export_id: int) -> HttpResponseBase:
    """The file, for the person who asked for it, until it expires."""
    export = _export(request, export_id)
    if not may_download(export, token_of(request).user):
        raise Http404
    if export.shows_patients:
        demand(token_of(request), Right.REVEAL_PATIENTS)
    try:
        pieces = take(export, cast("User", request.user))
    except ExportStorageError as error:
        raise Http404 from error
    wanted = json.loads(export.wanted)
    days = [dt.date.fromisoformat(wanted[name]) if name in wanted else None for name in ("date_from", "date_to")]
    answer = StreamingHttpResponse(pieces, content_type=export.form.content_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{file_name(days[0], days[1], export.form)}"'
    answer.headers["Content-Length"] = str(export.byte_count)
    return answer


def _export(request: HttpRequest, export_id: int) -> Export:
    found = visible_to(token_of(request).user).filter(pk=export_id) if export_id <= LARGEST_KEY else ()
    for export in found:
        return export
    raise Http404


def _out(request: HttpRequest, export: Export) -> ExportOut:
    has_file = may_download(export, token_of(request).user)
    return ExportOut(
        id=export.pk,
        state=ExportState(export.state),
        format=export.form,
        shows_patients=export.shows_patients,
        reason=export.reason,
        note=export.note,
        requested_by=export.requested_name,
        requested_at=export.requested_at,
        finished_at=export.finished_at,
        expires_at=export.expires_at,
        rows=export.row_count,
        bytes=export.byte_count,
        sha256=export.sha256,
        error=export.error,
        file=f"/api/v1/exports/{export.pk}/file" if has_file else None,
    )
