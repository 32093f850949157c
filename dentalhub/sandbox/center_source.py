"""Everything about one center from the network's options: its source and its ground truth (*pure*)."""

import random
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from dentalhub.sandbox.business_days import last_business_days
from dentalhub.sandbox.distractors import make_distractors
from dentalhub.sandbox.filler import Surroundings
from dentalhub.sandbox.naming import Naming
from dentalhub.sandbox.options import NetworkOptions
from dentalhub.sandbox.practice import make_practice
from dentalhub.sandbox.roster import NetworkCenter, NetworkServer
from dentalhub.sandbox.rows import Practice
from dentalhub.sandbox.schema import CanonicalTable, make_canonical_tables
from dentalhub.sandbox.service_codes import SERVICE_CODES
from dentalhub.sandbox.source_model import SourceSpec, TableSpec, ViewSpec
from dentalhub.sandbox.traits import FORMS, SourceForm
from dentalhub.sandbox.truth import DEFAULT_CODES, chart_entries, undated_entries
from dentalhub.sandbox.value_forms import patient_value

_SCHEMAS = ("ck", "ck", "ck", "ck", "dbo", "praxis", "ivoris")
_HISTORY = timedelta(days=700)


@dataclass(frozen=True, slots=True)
class CenterSource:
    """A center's source with the answers that only its maker knows."""

    center: NetworkCenter
    form: SourceForm
    practice: Practice
    canonical: tuple[CanonicalTable, ...]
    source: SourceSpec


def make_center_source(options: NetworkOptions, center: NetworkCenter) -> CenterSource:
    """The source of a center; the same options and center always give the same one."""
    form = FORMS[center.trait]
    practice = make_practice(options, center, form)
    rng = random.Random(f"{options.seed}/{center.center_id}/schema")
    here = Surroundings(
        rng=rng,
        form=form,
        patients=[patient.id for patient in practice.patients],
        service_codes=SERVICE_CODES[center.country],
        city=center.city,
        first_day=options.until - _HISTORY,
        last_day=options.until,
    )
    naming = Naming(rng, form)
    schema = rng.choice(_SCHEMAS)
    canonical = make_canonical_tables(here, naming, schema, practice)
    by_word = {table.canonical: table for table in canonical}
    patients = by_word["PATIENT"].table if rng.random() < 0.6 else None
    others = (schema, schema, schema, "dbo") if rng.random() < 0.4 else (schema,)
    tables = [table.table for table in canonical]
    tables += make_distractors(here, naming, others, patients)
    tables.append(_backup(rng, naming, by_word["KARTEI"].table))
    if form.old_copy:
        tables.append(_old_copy(options, naming, by_word["KARTEI"].table, practice))
    views = _views(naming, by_word["KARTEI"], by_word["PATIENT"])
    return CenterSource(center, form, practice, canonical, SourceSpec(center.database, tuple(tables), views))


def make_truth(made: CenterSource, server: NetworkServer) -> dict[str, Any]:
    """The ground truth of a center as it is written to its JSON file."""
    form, center = made.form, made.center
    patient_texts = {row.id: str(patient_value(row.id, form.keys)) for row in made.practice.patients}
    return {
        "center_id": center.center_id,
        "name": center.name,
        "city": center.city,
        "country": center.country,
        "region": server.region,
        "server": center.server,
        "database": center.database,
        "mapping": {
            table.canonical: {
                "schema": table.table.schema,
                "table": table.table.name,
                "columns": dict(table.columns),
            }
            for table in made.canonical
        },
        "semantics": {
            "KARTEI.DATUM": form.dates.value,
            "LEISTUNG.DATUM": form.dates.value,
            "delete_flags": {table.canonical: form.flags.value for table in made.canonical},
            "insurance_codes": dict(DEFAULT_CODES),
        },
        "entries": chart_entries(made.practice, patient_texts),
        "undated": undated_entries(made.practice),
    }


def _backup(rng: random.Random, naming: Naming, live: TableSpec) -> TableSpec:
    """A copy by SELECT INTO: the older rows, the same columns, no keys."""
    choices = ("KARTEI_BAK", "KARTEI_SICHERUNG", f"{live.name}_OLD", f"{live.name}_BAK")
    name = naming.plain(choices[0] if live.name == "KARTEI" else rng.choice(choices))
    return replace(live, name=name, keys=(), rows=live.rows[: len(live.rows) * 2 // 3])


def _old_copy(options: NetworkOptions, naming: Naming, live: TableSpec, practice: Practice) -> TableSpec:
    """A table like the live one that was written until shortly before the extracted days.

    Nothing in names, types and keys tells the two apart; the newest rows do.
    """
    first_day = last_business_days(options.until, options.days)[0]
    rows = tuple(
        row for row, chart in zip(live.rows, practice.charts, strict=True) if chart.day is None or chart.day < first_day
    )
    name = naming.table("KARTEI")
    keys = tuple(replace(key, name=key.name.replace(live.name, name)) for key in live.keys)
    return replace(live, name=name, keys=keys, rows=rows)


def _views(naming: Naming, chart: CanonicalTable, patients: CanonicalTable) -> tuple[ViewSpec, ...]:
    shown = (
        ("V_KARTEI", chart, ("ID", "PATNR", "DATUM", "BEMERKUNG")),
        ("V_PATIENTEN", patients, ("ID", "P_NAME", "P_VORNAME")),
    )
    return tuple(
        ViewSpec(
            schema=table.table.schema,
            name=naming.table(word),
            table=table.table,
            columns=tuple(
                column for column in table.table.columns if column.name in {table.columns[field] for field in fields}
            ),
        )
        for word, table, fields in shown
    )
