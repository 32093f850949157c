"""What an extraction would ask of its sources, for a program that does nothing but ask it."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from centers import connection_string, credentials, reachable
from centers.models import Center
from centers.source_session import AnsiText
from centers.tcp_probe import knock
from dentalhub import odbc_runtime
from extraction.query import Parameter, extraction_query
from extraction.reading_plans import plans_of
from mappings.queries import approved_mapping


def bare_reads(centers: Iterable[Center], date_from: dt.date, date_to: dt.date) -> list[dict[str, Any]]:
    """One read for each center with an approved mapping, as `centers.bare_loop` takes them; passwords are in them.

    Raises CredentialError, and SourceError as `extraction_query` does.
    """
    mappings = [(center, found.pk) for center in centers if (found := approved_mapping(center)) is not None]
    plans = plans_of([pk for _center, pk in mappings])
    library = str(odbc_runtime.driver_path())
    reads = []
    for center, pk in mappings:
        spec, plan = center.server.spec(), plans[pk]
        _family, place = knock(reachable.resolve(spec.host, spec.port))
        target = connection_string.build(spec, credentials.password_of(spec), str(place[0]), driver=library)
        query = extraction_query(plan.mapping, plan.catalog, center.database, date_from, date_to)
        parameters = [_plain(parameter) for parameter in query.parameters]
        reads.append({"target": target.reveal(), "sql": query.sql, "parameters": parameters})
    return reads


def _plain(parameter: Parameter) -> Any:
    """As JSON holds it; pyodbc sends every text as NVARCHAR then, as a script would."""
    if isinstance(parameter, AnsiText):
        return parameter.value
    if isinstance(parameter, dt.datetime):
        return {"datetime": parameter.isoformat()}
    if isinstance(parameter, dt.date):
        return {"date": parameter.isoformat()}
    return parameter
