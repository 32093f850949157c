"""Vocabulary files down and up: an import says what it would add before it does."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from centers.exceptions import ImportFileError
from centers.scope import scope_of
from centers.scope_access import all_regions_required
from dentalhub.access import Role, role_required
from dentalhub.audit import record
from mappings.learned_names import own_vocabulary
from mappings.page_access import person
from mappings.vocabulary_file import read_vocabulary, write_vocabulary
from mappings.vocabulary_forms import VocabularyFileForm
from mappings.vocabulary_import import apply_import, plan_import

PAGE = "mappings/vocabulary_import.html"


@require_safe
@role_required(Role.REVIEWER, Role.ADMIN)
def vocabulary_export(request: HttpRequest) -> HttpResponse:
    """Download what this network's reviewers decided; imported names are not passed on."""
    response = HttpResponse(
        write_vocabulary(own_vocabulary(scope=scope_of(request.user))), content_type="application/yaml; charset=utf-8"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="vocabulary.yml"'
    record(person(request), "vocabulary.exported", "vocabulary")
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.REVIEWER, Role.ADMIN)
@all_regions_required
def vocabulary_import(request: HttpRequest) -> HttpResponse:
    """Show what a file would add, with all its problems by line; then import it. It counts for every region."""
    if request.method != "POST":
        return render(request, PAGE, {"form": VocabularyFileForm()})
    form = VocabularyFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, PAGE, {"form": form}, status=422)
    text = form.cleaned_data["text"]
    # With the uploaded text in it, so that the next step needs no second upload.
    context: dict[str, Any] = {"form": VocabularyFileForm(initial={"text": text})}
    try:
        entries = read_vocabulary(text)
    except ImportFileError as error:
        return render(request, PAGE, {**context, "problems": error.problems}, status=422)
    if request.POST.get("action") != "import":
        return render(request, PAGE, {**context, "plan": plan_import(entries)})
    plan = apply_import(entries, person(request))
    counts = {"added": plan.added, "changed": plan.changed, "unchanged": plan.unchanged}
    messages.success(request, _("Names: %(added)d added, %(changed)d changed, %(unchanged)d unchanged.") % counts)
    return redirect("vocabulary:name_list")
