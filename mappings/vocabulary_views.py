"""The pages of the learned names: the list, one name with its centers, forget and undo."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from centers.scope import Scope, scope_of
from dentalhub.access import Role, role_required
from dentalhub.htmx import render_page
from mappings.canonical import canonical_tables
from mappings.learned_names import forget, remember
from mappings.models import ImportedName
from mappings.page_access import person
from mappings.vocabulary_list import entries_of, name_rows, with_centers

PAGE_SIZE = 50
FORGOTTEN = "forgotten"


@require_GET
@role_required(Role.REVIEWER, Role.ADMIN)
def name_list(request: HttpRequest) -> HttpResponse:
    """Every learned name with its counts; `table`, `state` and `q` in the address narrow the list."""
    table, search = request.GET.get("table", ""), request.GET.get("q", "").strip()
    forgotten = request.GET.get("state") == FORGOTTEN
    scope = scope_of(request.user)
    rows = name_rows(scope, forgotten=forgotten, table=table, search=search)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    narrowing = {"table": table, "q": search, "state": FORGOTTEN if forgotten else ""}
    context = {
        "page_obj": page,
        "names": with_centers(list(page.object_list), scope, forgotten=forgotten),
        "tables": [(canonical.name, canonical.name) for canonical in canonical_tables()],
        "states": [(FORGOTTEN, _("forgotten"))],
        "state": narrowing["state"],
        "table": table,
        "search": search,
        "forgotten": forgotten,
        "querystring": urlencode({key: value for key, value in narrowing.items() if value}),
        "just_forgotten": _just_forgotten(scope, request.GET.get("undo", "")),
    }
    return render_page(request, "mappings/vocabulary_list.html", "mappings/_vocabulary_table.html", context)


@require_GET
@role_required(Role.REVIEWER, Role.ADMIN)
def name_detail(request: HttpRequest, canonical: str, key: str) -> HttpResponse:
    """One name: which centers taught it, and what forgetting it would do."""
    scope = scope_of(request.user)
    entries, imported = entries_of(canonical, key, scope), _imported(canonical, key)
    if not entries and imported is None:
        raise Http404
    forgotten = [entry.forgotten_at is not None for entry in entries]
    if imported is not None and scope.all_regions:
        forgotten.append(imported.forgotten_at is not None)
    context = {
        "canonical": canonical,
        "key": key,
        "entries": entries,
        "imported": imported,
        "may_forget": bool(forgotten) and not all(forgotten),
        "may_remember": any(forgotten),
    }
    return render(request, "mappings/vocabulary_name.html", context)


@require_POST
@role_required(Role.REVIEWER, Role.ADMIN)
def name_forget(request: HttpRequest, canonical: str, key: str) -> HttpResponse:
    """Take the name's say away, and offer to undo that."""
    _known_or_404(request, canonical, key)
    if not forget(canonical, key, person(request)):
        messages.info(request, _("%(name)s was forgotten already.") % {"name": key})
    return redirect(f"{reverse('vocabulary:name_list')}?{urlencode({'undo': f'{canonical}:{key}'})}")


@require_POST
@role_required(Role.REVIEWER, Role.ADMIN)
def name_remember(request: HttpRequest, canonical: str, key: str) -> HttpResponse:
    """Give the name its say back."""
    _known_or_404(request, canonical, key)
    remember(canonical, key, person(request))
    messages.success(request, _("%(name)s counts again for %(canonical)s.") % {"name": key, "canonical": canonical})
    return redirect("vocabulary:name_detail", canonical, key)


def _just_forgotten(scope: Scope, undo: str) -> tuple[str, str] | None:
    """The name in the address of the page after `name_forget`, while it is forgotten."""
    canonical, _colon, key = undo.partition(":")
    rows = name_rows(scope, forgotten=True, search=key) if key else []
    return next((row.name for row in rows if row.name == (canonical, key)), None)


def _imported(canonical: str, key: str) -> ImportedName | None:
    return ImportedName.objects.filter(canonical=canonical, name_key=key).first()


def _known_or_404(request: HttpRequest, canonical: str, key: str) -> None:
    if not entries_of(canonical, key, scope_of(request.user)) and _imported(canonical, key) is None:
        raise Http404
