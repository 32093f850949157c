"""Ways to get own work approved without a second person, over the pages, the API and the commands.

Each gives what the insider was answered; `test_four_eyes_bypass` has what that must be.
"""

import datetime as dt
import json
from typing import Any

from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from centers.models import Region
from dentalhub.access import Right, may
from dentalhub.tokens import issue
from mappings.approval import reject
from mappings.bulk_approval import approve_alike, undo
from mappings.bulk_forms import choices_of
from mappings.discovery import store_catalog
from mappings.enums import MappingStatus, ReviewPolicy
from mappings.file_transfer import export_text
from mappings.models import BulkApproval, Mapping
from mappings.policy_setting import change_policy
from mappings.versions import edit, propose_for, restore
from tests.mappings.conftest import make_center
from tests.scopes import sees
from tests.security.four_eyes_scene import CODE, Scene, odd_catalog, person, propose

CONFLICT, LOGIN = 409, 302


# --- own work, by hand ---------------------------------------------------------------------------------------------
def own_change(scene: Scene) -> object:
    return scene.post_approval(scene.own)


def own_change_with_a_reason(scene: Scene) -> object:
    return scene.post_approval(scene.own, reason="I am alone here, and it is urgent.")


def own_change_below_somebody_elses(scene: Scene) -> object:
    """The colleague is the author now."""
    scene.change(scene.own, scene.colleague, "R")
    return scene.post_approval(scene.own)


def own_change_that_somebody_took_back(scene: Scene) -> object:
    edit(scene.own, propose(scene.own.center).document(), scene.colleague)
    return scene.post_approval(scene.own)


def own_change_submitted_by_somebody_else(scene: Scene) -> object:
    seen = scene.seen(scene.own)
    assert scene.sign_in(scene.colleague).post(f"{scene.page(scene.own)}submit", seen).status_code == 302
    return scene.post_approval(scene.own)


def own_change_after_another_name(scene: Scene) -> object:
    User.objects.filter(pk=scene.insider.pk).update(username="somebody_else")
    return scene.post_approval(scene.own)


def own_change_as_superuser(scene: Scene) -> object:
    User.objects.filter(pk=scene.insider.pk).update(is_superuser=True, is_staff=True)
    scene.insider.refresh_from_db()
    return scene.post_approval(scene.own)


def own_change_from_before_the_role(scene: Scene) -> object:
    """An admin changes it and becomes a reviewer then."""
    admin = person("admin", "admin")
    mapping = scene.change(scene.clean, admin)
    admin.groups.add(Group.objects.get(name="reviewer"))
    return scene.post_approval(mapping, scene.sign_in(admin))


def own_file(scene: Scene) -> object:
    """The change comes in as a file, and is said to be approved there."""
    said = json.loads(export_text(scene.clean))
    said |= {"status": "approved", "reviewed": True, "author": "colleague", "reviewer": "third", "generated": True}
    said["insurance_codes"][CODE] = "GKV"
    file = SimpleUploadedFile("mapping.json", json.dumps(said).encode())
    scene.browser.post("/mappings/center_02/import", {"file": file})
    return scene.post_approval(Mapping.objects.get(center=scene.clean.center, version=2))


def own_change_restored(scene: Scene) -> object:
    """Rejected, and taken up again."""
    reject(scene.own, scene.insider, "not yet")
    scene.browser.post(f"{scene.page(scene.own)}restore")
    return scene.post_approval(Mapping.objects.filter(center=scene.own.center).order_by("-version")[0])


def own_change_restored_by_somebody_else(scene: Scene) -> object:
    reject(scene.own, scene.colleague, "not yet")
    return scene.post_approval(restore(scene.own, scene.colleague))


# --- the approval of a second person, misused -----------------------------------------------------------------------
def undone_approval(scene: Scene) -> object:
    """A colleague changed it last and a third person approved it, which is taken back: nobody has approved it then."""
    draft = _approved_and_undone(scene)
    return scene.post_approval(draft)


def undone_approval_of_the_last_author(scene: Scene) -> object:
    draft = _approved_and_undone(scene)
    return scene.post_approval(draft, scene.sign_in(scene.colleague))


def undone_approval_restored(scene: Scene) -> object:
    """As before, but the version whose approval was taken back is restored by somebody else."""
    draft = _approved_and_undone(scene)
    reject(draft, scene.third, "not that one")
    origin = Mapping.objects.get(center=scene.own.center, version=scene.own.version)
    return scene.post_approval(restore(origin, scene.third))


def former_content_by_undoing(scene: Scene) -> object:
    """Undoing the approval of somebody else's change would approve what the insider wrote before."""
    scene.approved_by_third(scene.own)
    newer = scene.change(restore(scene.own, scene.colleague), scene.colleague, "R")
    bulk = approve_alike(choices_of([scene.ticked(newer)]), scene.third, all_looked_at=True)
    assert [item.refusal for item in bulk.items.all()] == [""]
    scene.browser.post(f"/review/approvals/{bulk.pk}/undo")
    return Mapping.objects.get(status=MappingStatus.APPROVED, center=scene.own.center).pk == newer.pk


def approval_of_what_was_seen_before(scene: Scene) -> object:
    """A colleague has the page open while the insider changes the version."""
    colleague, seen = scene.sign_in(scene.colleague), scene.seen(scene.clean)
    scene.change(scene.clean, scene.insider)
    return colleague.post(f"{scene.page(scene.clean)}approve", seen).status_code


# --- the request, made up -------------------------------------------------------------------------------------------
def two_tabs(scene: Scene) -> object:
    """The page was opened while the version was still the machine's."""
    tab, seen = scene.browser, scene.seen(scene.clean)
    scene.change(scene.clean, scene.insider)
    return tab.post(f"{scene.page(scene.clean)}approve", seen).status_code


def no_form(scene: Scene) -> object:
    return scene.browser.post(f"{scene.page(scene.own)}approve").status_code


def hash_of_other_content(scene: Scene) -> object:
    return scene.post_approval(scene.own, content_hash=scene.clean.content_hash)


def form_of_another_center(scene: Scene) -> object:
    return scene.browser.post(f"{scene.page(scene.own)}approve", scene.seen(scene.clean)).status_code


def fields_that_no_form_has(scene: Scene) -> object:
    """Authors, reviewers and waivers are nobody's to send."""
    people: dict[str, Any] = dict.fromkeys(("author", "first_author", "editors", "reviewer"), scene.colleague.pk)
    return scene.post_approval(scene.own, **people, four_eyes_waived="on", generated="on")


def other_methods(scene: Scene) -> object:
    address, client = f"{scene.page(scene.own)}approve", scene.browser
    headers = {"X-HTTP-Method-Override": "POST"}
    return [client.generic(method, address, headers=headers).status_code for method in ("GET", "HEAD", "PUT", "PATCH")]


def fragment(scene: Scene) -> object:
    seen = scene.seen(scene.own)
    return scene.browser.post(f"{scene.page(scene.own)}approve", seen, headers={"HX-Request": "true"}).status_code


def no_token_against_forgery(scene: Scene) -> object:
    """A page of a stranger lets the colleague's browser approve."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(scene.colleague)
    return browser.post(f"{scene.page(scene.own)}approve", scene.seen(scene.own)).status_code


def token_of_the_api_on_the_page(scene: Scene) -> object:
    return scene.post_approval(scene.own, Client(headers={"Authorization": f"Bearer {_token(scene.insider)}"}))


def operation_of_the_api(scene: Scene) -> object:
    client = Client(headers={"Authorization": f"Bearer {_token(scene.insider)}"})
    address = f"/api/v1/mappings/{scene.own.center.center_id}/{scene.own.version}/approve"
    return client.post(address, scene.seen(scene.own), content_type="application/json").status_code


# --- what the machine takes over -------------------------------------------------------------------------------------
def proposal_over_the_own_change(scene: Scene) -> object:
    """A new proposal takes nothing over of a change that nobody approved, so approving that one gains nothing."""
    machine = propose(scene.own.center)
    assert scene.post_approval(machine) == 302
    return CODE in dict(machine.document().insurance_codes)


def words_of_an_own_vocabulary(scene: Scene) -> object:
    """A file turns the machine's proposal; whoever brought it in does not approve what it had a say in."""
    center, source = make_center(3), odd_catalog()
    clean = propose_for(center, store_catalog(center, source).snapshot)
    text = "names:\n  KARTEI.BEMERKUNG:\n    ZETTEL: {confirmed: 99}\n"
    assert scene.browser.post("/vocabulary/import", {"text": text, "action": "import"}).status_code == 302
    turned = propose_for(center, store_catalog(center, source).snapshot)
    columns = [one.document().table("KARTEI").column("BEMERKUNG") for one in (clean, turned)]
    post_ticks(scene, scene.ticked(turned))
    return columns, scene.post_approval(turned), [bool(item.refusal) for item in BulkApproval.objects.get().items.all()]


# --- many at once ----------------------------------------------------------------------------------------------------
def among_many(scene: Scene) -> object:
    """The clean one is approved, the own one beside it is not."""
    post_ticks(scene, scene.ticked(scene.clean), scene.ticked(scene.own))
    return [bool(item.refusal) for item in BulkApproval.objects.get().items.order_by("mapping__center__center_id")]


def number_swapped_in_a_tick(scene: Scene) -> object:
    """The tick says what the preview showed of the clean version, with the own one's number."""
    post_ticks(scene, scene.ticked(scene.clean, scene.own.pk))
    return [bool(item.refusal) for item in BulkApproval.objects.get().items.all()]


def looser_policy_before_many(scene: Scene) -> object:
    change_policy(ReviewPolicy.PERMISSIVE, scene.insider)
    post_ticks(scene, scene.ticked(scene.own))
    return [bool(item.refusal) for item in BulkApproval.objects.get().items.all()]


# --- people who change meanwhile -------------------------------------------------------------------------------------
def helper_who_lost_the_role(scene: Scene) -> object:
    browser = scene.sign_in(scene.colleague)
    scene.colleague.groups.clear()
    return scene.post_approval(scene.own, browser)


def helper_who_was_switched_off(scene: Scene) -> object:
    browser = scene.sign_in(scene.colleague)
    User.objects.filter(pk=scene.colleague.pk).update(is_active=False)
    return scene.post_approval(scene.own, browser)


def helper_of_another_region(scene: Scene) -> object:
    sees(scene.colleague, Region.objects.create(code="austria", name="Austria"))
    return scene.post_approval(scene.own, scene.sign_in(scene.colleague))


def helper_of_another_region_with_a_tick(scene: Scene) -> object:
    sees(scene.colleague, Region.objects.create(code="austria", name="Austria"))
    post_ticks(scene, scene.ticked(scene.own), client=scene.sign_in(scene.colleague))
    return BulkApproval.objects.count()


def helper_who_lost_the_region(scene: Scene) -> object:
    browser = scene.sign_in(scene.colleague)
    sees(scene.colleague)
    return scene.post_approval(scene.own, browser)


def helper_who_is_no_reviewer(scene: Scene) -> object:
    return [
        scene.post_approval(scene.own, scene.sign_in(person(role, role))) for role in ("admin", "analyst", "auditor")
    ]


# --- commands and other doors -----------------------------------------------------------------------------------------
def own_name_at_the_command(scene: Scene) -> object:
    return scene.command(scene.own, "insider")


def own_name_in_capitals_at_the_command(scene: Scene) -> object:
    return scene.command(scene.own, "INSIDER")


def switched_off_name_at_the_command(scene: Scene) -> object:
    User.objects.filter(pk=scene.colleague.pk).update(is_active=False)
    return scene.command(scene.own, "colleague")


def administration(scene: Scene) -> object:
    """Django's pages for superusers have no form for versions."""
    User.objects.filter(pk=scene.insider.pk).update(is_superuser=True, is_staff=True)
    scene.insider.refresh_from_db()
    form = {"status": "approved", "reviewer": scene.colleague.pk}
    return scene.browser.post(f"/admin/mappings/mapping/{scene.own.pk}/change/", form).status_code


def _approved_and_undone(scene: Scene) -> Mapping:
    """The draft that undoing leaves: the insider's change below the colleague's, approved by a third and taken back."""
    changed = scene.change(scene.own, scene.colleague, "R")
    bulk = approve_alike(choices_of([scene.ticked(changed)]), scene.third, all_looked_at=True)
    if any(item.refusal for item in bulk.items.all()):
        raise AssertionError([item.refusal for item in bulk.items.all()])
    undo(bulk, scene.third)
    return Mapping.objects.filter(center=scene.own.center).order_by("-version")[0]


def post_ticks(scene: Scene, *ticks: str, client: Client | None = None) -> None:
    (client or scene.browser).post("/review/alike/approve", {"version": list(ticks), "all_looked_at": "on"})


def _token(user: User) -> str:
    rights = [right for right in Right if may(user, right)]
    return issue(user, "all", rights, dt.timedelta(days=1)).text
