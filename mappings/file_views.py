"""Mapping files down and up."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from centers.exceptions import CentersError
from dentalhub.access import Role, role_required
from mappings.exceptions import MappingsError
from mappings.file_transfer import export_text, import_text
from mappings.forms import MappingFileForm
from mappings.page_access import center_or_404, mapping_or_404, person


@require_GET
@role_required(*Role)
def mapping_export(request: HttpRequest, center_id: str, version: int) -> HttpResponse:
    """The JSON file of one version."""
    mapping = mapping_or_404(request, center_id, version)
    name = f"{mapping.center.center_id}_v{mapping.version}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(export_text(mapping), content_type="application/json; charset=utf-8", headers=headers)


@require_POST
@role_required(Role.REVIEWER, Role.ADMIN)
def mapping_import(request: HttpRequest, center_id: str) -> HttpResponse:
    """An edited file as a new draft of this person."""
    center, form = center_or_404(request, center_id), MappingFileForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("Choose a mapping file."))
        return redirect("mappings:center_mappings", center_id)
    try:
        done = import_text(form.text(), person(request), only_for=center)
    except (MappingsError, CentersError) as error:
        messages.error(request, str(error))
        return redirect("mappings:center_mappings", center_id)
    text = _("The file is version %(version)s.") if done.is_new else _("Version %(version)s says the same already.")
    messages.success(request, text % {"version": done.mapping.version})
    return redirect(done.mapping)
