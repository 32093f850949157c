"""Whether the names of two sources differ only by the random affixes that each source puts on its names. *Pure*."""

from dataclasses import dataclass

from centers.catalog import Catalog
from mappings.renames import Habits, habits, same_name


@dataclass(frozen=True, slots=True)
class Affixes:
    """The habits of the left and of the right source; None where they are not known, and then no names are one."""

    before: Habits | None = None
    after: Habits | None = None

    def same_table(self, before: str, after: str) -> bool:
        """True for two names `schema.table` that are one name but for the affix, in the same schema."""
        if self.before is None or self.after is None:
            return False
        (schema, old), (other, new) = _parts(before), _parts(after)
        return schema == other and same_name(old, self.before.tables, new, self.after.tables)

    def same_column(self, before: str, after: str) -> bool:
        """True for two names of columns that are one name but for the affix."""
        if self.before is None or self.after is None:
            return False
        return same_name(before, self.before.columns, after, self.after.columns)


NO_HABITS = Affixes()


def affixes_of(before: Catalog, after: Catalog) -> Affixes:
    """The habits of two whole catalogs."""
    return Affixes(habits(before), habits(after))


def _parts(name: str) -> tuple[str, str]:
    schema, _dot, table = name.partition(".")
    return schema, table
