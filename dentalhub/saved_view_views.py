"""The pages of one's own views of lists: keeping what a list shows, renaming, deleting."""

from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dentalhub.access import Role, role_required
from dentalhub.list_pages import list_page
from dentalhub.saved_view_models import NAME_LENGTH, SavedView
from dentalhub.saved_views import MOST_VIEWS, SavedViewError, own_views, rename_view, save_view


class NameForm(forms.Form):
    """What a view is called."""

    name = forms.CharField(max_length=NAME_LENGTH)


@require_safe
@role_required(*Role)
def saved_view_list(request: HttpRequest) -> HttpResponse:
    """One's own views of all lists."""
    context = {"views": own_views(request.user), "most": MOST_VIEWS, "length": NAME_LENGTH}
    return render(request, "views/saved_view_list.html", context)


@require_POST
@role_required(*Role)
def saved_view_save(request: HttpRequest, name: str) -> HttpResponse:
    """Keep what the list `name` shows, and go back to it."""
    page = list_page(name)
    if page is None:
        raise Http404
    query = request.POST.get("query", "")
    shown = page.full_query(query)
    form = NameForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("A view needs a name of at most %(count)s letters.") % {"count": NAME_LENGTH})
    else:
        try:
            view, is_new = save_view(cast("User", request.user), page, form.cleaned_data["name"], query)
        except SavedViewError as error:
            messages.error(request, str(error))
        else:
            text = _("The view “%(name)s” is saved.") if is_new else _("The view “%(name)s” shows this from now on.")
            messages.success(request, text % {"name": view.name})
    return redirect(f"{page.address}?{shown}" if shown else page.address)


@require_POST
@role_required(*Role)
def saved_view_rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Give one's own view another name."""
    view, form = _own(request, pk), NameForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("A view needs a name of at most %(count)s letters.") % {"count": NAME_LENGTH})
        return redirect("saved_view_list")
    try:
        rename_view(view, form.cleaned_data["name"])
    except SavedViewError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The view is called “%(name)s” now.") % {"name": view.name})
    return redirect("saved_view_list")


@require_POST
@role_required(*Role)
def saved_view_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget one's own view; the list itself is not changed by that."""
    view = _own(request, pk)
    name = view.name
    view.delete()
    messages.success(request, _("The view “%(name)s” is deleted.") % {"name": name})
    return redirect("saved_view_list")


def _own(request: HttpRequest, pk: int) -> SavedView:
    return get_object_or_404(SavedView, pk=pk, user_id=request.user.pk)
