"""The page of this network's review policy: reviewers read it, admins change it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from centers.scope import scope_of
from centers.scope_access import all_regions_required
from dentalhub.access import Role, role_required
from dentalhub.htmx import render_page, wants_fragment
from mappings.enums import ReviewPolicy
from mappings.page_access import person
from mappings.policy import ACCEPTED_FROM, OPEN_BELOW
from mappings.policy_forms import PolicyForm
from mappings.policy_setting import change_policy, current_policy, open_workloads

PAGE, FRAGMENT = "mappings/policy_detail.html", "mappings/_policy.html"
_MEANINGS = {
    ReviewPolicy.CONSERVATIVE: gettext_lazy("A person looks at every field of every proposal."),
    ReviewPolicy.STANDARD: gettext_lazy(
        "Fields that are not critical and have no quality flag are taken without a look "
        "from a confidence of %(confidence)s on."
    ),
    ReviewPolicy.PERMISSIVE: gettext_lazy(
        "Fields that are not critical are taken without a look from a confidence of %(confidence)s on, flagged or not."
    ),
}


@require_GET
@role_required(Role.ADMIN, Role.REVIEWER)
def policy_detail(request: HttpRequest) -> HttpResponse:
    """The policies, which one is in force, and what each would leave to look at in the open versions."""
    return render_page(request, PAGE, FRAGMENT, _context(request, PolicyForm(initial={"policy": current_policy()})))


@require_POST
@role_required(Role.ADMIN)
@all_regions_required
def policy_change(request: HttpRequest) -> HttpResponse:
    """Put the posted policy in force."""
    form = PolicyForm(request.POST)
    if not form.is_valid():
        return render_page(request, PAGE, FRAGMENT, _context(request, form), status=422)
    policy = form.policy_chosen()
    changed = change_policy(policy, person(request))
    text = _("The policy is %(policy)s now.") if changed else _("The policy was %(policy)s already.")
    said = text % {"policy": policy.label}
    if wants_fragment(request):
        return render_page(request, PAGE, FRAGMENT, {**_context(request, form), "said": said})
    messages.success(request, said)
    return redirect("mappings:policy_detail")


def _context(request: HttpRequest, form: PolicyForm) -> dict[str, Any]:
    current = current_policy()
    workloads, versions = open_workloads(scope_of(request.user))
    return {
        "form": form,
        "chosen": form["policy"].value(),
        "current": current,
        "versions": versions,
        "open_below": OPEN_BELOW,
        "rows": [
            {
                "policy": policy,
                "meaning": _meaning(policy),
                "workload": workloads[policy],
                "is_current": policy == current,
            }
            for policy in ReviewPolicy
        ],
    }


def _meaning(policy: ReviewPolicy) -> str:
    return str(_MEANINGS[policy]) % {"confidence": localize(ACCEPTED_FROM.get(policy, 1.0))}
