"""Keeping, finding and renaming one's own views of lists."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dentalhub.list_pages import ListPage, list_page
from dentalhub.saved_view_models import QUERY_LENGTH, SavedView

# Of one person, for one list.
MOST_VIEWS = 20


class SavedViewError(Exception):
    """A view cannot be kept; the text says why."""


@dataclass(frozen=True, slots=True)
class OwnView:
    """A view with its list and where it leads; `is_shown`: it is what the page shows at this moment."""

    view: SavedView
    page: ListPage
    address: str
    is_shown: bool = False


def own_views(person: User | AnonymousUser, page: ListPage | None = None, shown: str | None = None) -> list[OwnView]:
    """The views of `person`, of all lists or of one; `shown` is the query that its page shows. One query."""
    views = SavedView.objects.filter(user_id=person.pk or 0).order_by("list_name", "name", "pk")
    if page is not None:
        views = views.filter(list_name=page.name)
    return [
        OwnView(view, known, f"{known.address}?{view.query}" if view.query else known.address, view.query == shown)
        for view in views
        if (known := list_page(view.list_name)) is not None
    ]


def save_view(person: User, page: ListPage, name: str, query: str) -> tuple[SavedView, bool]:
    """Keep what `query` shows under `name`, and whether it is new; one of the same name shows it from now on.

    Raises SavedViewError.
    """
    kept = page.saved_query(query)
    if len(kept) > QUERY_LENGTH:
        raise SavedViewError(_("This filter is too long to be kept."))
    own = SavedView.objects.filter(user=person, list_name=page.name)
    same = own.filter(name__iexact=name).first()
    if same is not None:
        same.name, same.query = name, kept
        same.save(update_fields=["name", "query"])
        return same, False
    if own.count() >= MOST_VIEWS:
        raise SavedViewError(_("You have %(count)s views of this list. Delete one first.") % {"count": MOST_VIEWS})
    return SavedView.objects.get_or_create(user=person, list_name=page.name, name=name, defaults={"query": kept})


def rename_view(view: SavedView, name: str) -> None:
    """Raises SavedViewError when another view of the same list has this name."""
    others = SavedView.objects.filter(user_id=view.user_id, list_name=view.list_name).exclude(pk=view.pk)
    view.name = name
    try:
        if others.filter(name__iexact=name).exists():
            raise IntegrityError
        with transaction.atomic():
            view.save(update_fields=["name"])
    except IntegrityError:
        raise SavedViewError(_("You have a view of this name already.")) from None
