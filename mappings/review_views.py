"""The review page of one version."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dentalhub.access import Role, role_required
from mappings.approval import checks_of
from mappings.assignment import proposed_table
from mappings.canonical import canonical_tables
from mappings.column_views import search_context
from mappings.confidence import CERTAIN
from mappings.decision_context import decision_context
from mappings.diff import ChangeKind, diff
from mappings.document import MappingDocument
from mappings.dry_run_gate import dry_run_check, newest_dry_run
from mappings.enums import InsuranceStatus, PatientIdForm
from mappings.field_looks import looks_of
from mappings.forms import table_address
from mappings.look_subjects import INSURANCE_CODES, PATIENT_ID_FORM
from mappings.looks import NOTHING_SAID, progress
from mappings.models import Mapping
from mappings.page_access import mapping_or_404, may_edit, person
from mappings.policy_setting import current_policy
from mappings.queries import approved_mapping, newest_snapshot
from mappings.review_needs import keys_to_look_at
from mappings.review_order import certain_ones, doubts
from mappings.review_rows import Source, table_row, table_rows
from mappings.review_source import shown_with, source_now
from mappings.review_values import coverage

_SPARE_CODES = 2


@require_GET
@role_required(*Role)
def mapping_detail(request: HttpRequest, center_id: str, version: int) -> HttpResponse:
    """Our names and theirs side by side, with reasons, checks and the difference to the approved version."""
    mapping = mapping_or_404(request, center_id, version)
    return render(request, "mappings/mapping_detail.html", page_context(request, mapping))


def page_context(request: HttpRequest, mapping: Mapping) -> dict[str, Any]:
    """What the review page shows of `mapping`."""
    document = mapping.document()
    newest = newest_snapshot(mapping.center)
    checks = checks_of(mapping, newest)
    tried = dry_run_check(newest_dry_run(mapping))
    approved = approved_mapping(mapping.center)
    rows = diff(approved.document(), document) if approved and approved.pk != mapping.pk else ()
    source = shown_with(mapping, document, newest)
    looks = looks_of(mapping, source.catalog)
    tables = table_rows(document, replace(source, looks=looks))
    found = doubts(tables)
    decided = decision_context(mapping, person(request), newest)
    return {
        "mapping": mapping,
        "center": mapping.center,
        "tables": tables,
        "policy": source.policy,
        "coverage": coverage(source.profile, source.catalog),
        "doubts": found,
        "certain_ones": certain_ones(tables),
        "editable": mapping.is_open and may_edit(request),
        "may_edit": may_edit(request),
        **decided,
        "stale_seen": {
            "content_hash": mapping.content_hash,
            "fingerprint": decided["fingerprint"],
            "approved": approved.version if approved else 0,
        },
        "may_look": mapping.is_open and may_edit(request),
        "progress": progress(keys_to_look_at(tables), looks),
        "checks": [*checks, tried] if mapping.is_open else checks,
        "dry_run_failed": tried.blocks,
        "is_blocked": any(check.blocks for check in checks),
        "approved": approved,
        "changed": [row for row in rows if row.kind is not ChangeKind.UNCHANGED],
        "unchanged": [row for row in rows if row.kind is ChangeKind.UNCHANGED],
        "codes": _code_rows(document),
        "unknown_codes": document.unknown_codes,
        "codes_look": looks.get(INSURANCE_CODES, NOTHING_SAID),
        "patient_id_look": looks.get(PATIENT_ID_FORM, NOTHING_SAID),
        "patient_id_form": document.patient_id_form,
        "patient_id_forms": PatientIdForm.choices,
        "statuses": InsuranceStatus.choices,
        "certainty": _certainty(document),
        "search": search_context(found[0].key if found else ""),
    }


@require_GET
@role_required(Role.REVIEWER, Role.ADMIN)
def mapping_table(request: HttpRequest, center_id: str, version: int, name: str) -> HttpResponse:
    """The part of the page for one canonical table, with the fields of the physical table that was just chosen."""
    mapping = mapping_or_404(request, center_id, version)
    canonical = next((table for table in canonical_tables() if table.name == name), None)
    if canonical is None:
        raise Http404
    now = source_now(mapping)
    address = table_address(request.GET.get(f"{name}.table", ""))
    saved = mapping.document().table(name)
    is_saved = address == (saved.schema, saved.table)
    mapped = saved if is_saved else proposed_table(canonical, address, now.catalog, now.profile)
    policy, looks = current_policy() if mapping.is_open else None, looks_of(mapping, now.catalog)
    source = Source(now.catalog, now.profile, policy, looks)
    context = {
        "table": table_row(canonical, mapped, source),
        "editable": mapping.is_open,
        "mapping": mapping,
        # What is chosen and not saved yet cannot be marked.
        "may_look": mapping.is_open and is_saved,
        "is_unsaved": not is_saved,
    }
    return render(request, "mappings/_table.html", context)


def _code_rows(document: MappingDocument) -> list[tuple[str, str]]:
    """Decided codes, those that wait for a decision, and room for more."""
    undecided = [(code, "") for code in document.unknown_codes]
    return [*undecided, *document.insurance_codes, *[("", "")] * _SPARE_CODES]


def _certainty(document: MappingDocument) -> dict[str, int]:
    """How many of the mapped fields are certain."""
    mapped = [item for table in document.tables for item in table.fields if item.column is not None]
    return {"certain": sum(item.confidence >= CERTAIN for item in mapped), "mapped": len(mapped)}
