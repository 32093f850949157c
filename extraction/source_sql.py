"""The SQL that read a slice, with question marks where its values were."""

import datetime as dt

from django.utils.translation import gettext as _

from centers.exceptions import SourceError
from centers.models import Center
from extraction.adapters.base import Source
from extraction.adapters.registry import adapter_class
from extraction.exceptions import SourceSqlError, UnknownAdapterError
from extraction.reading_plans import plans_of


def sql_of(center: Center, mapping_pk: int, day: dt.date) -> str:
    """The batch that this version of the mapping sends for `day`; three queries. Raises SourceSqlError.

    It names the center's database of today: a slice does not keep where its center's data were.
    """
    plan = plans_of([mapping_pk]).get(mapping_pk)
    if plan is None:
        raise SourceSqlError(_("The mapping version or its snapshot cannot be read."))
    source = Source(center.server.spec(), center.database, plan.mapping, plan.catalog)
    try:
        return adapter_class(center.adapter)(source).sql(day, day)
    except NotImplementedError:
        raise SourceSqlError(_("This center's software is not read with SQL.")) from None
    except (SourceError, UnknownAdapterError) as error:
        raise SourceSqlError(str(error)) from None
