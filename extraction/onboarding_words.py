"""A step of adding centers as `includes/stepper.html` shows it: its name, its state, and whom it is about."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centers.form_returns import FLOW, ONBOARDING
from extraction.onboarding_steps import Step, StepKey, StepState

MOST_NAMED = 10

_TITLES: dict[StepKey, Promise] = {
    StepKey.SERVER: gettext_lazy("Region and server"),
    StepKey.TEST: gettext_lazy("Test the connection"),
    StepKey.CENTERS: gettext_lazy("Centers"),
    StepKey.DISCOVER: gettext_lazy("Discover"),
    StepKey.REVIEW: gettext_lazy("Review"),
    StepKey.RUN: gettext_lazy("First run"),
}
_STATE_WORDS: dict[StepState, Promise] = {
    StepState.DONE: gettext_lazy("done"),
    StepState.NOW: gettext_lazy("to do now"),
    StepState.WAITING: gettext_lazy("comes later"),
    StepState.ATTENTION: gettext_lazy("needs attention"),
}


@dataclass(frozen=True, slots=True)
class Link:
    """An address and what it is called."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Named:
    """One server or center, by its id."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step for `includes/stepper.html`. `is_post`: the action changes something and is a form of its own.

    `named` are at most MOST_NAMED of those that are not done, `unnamed` is how many more there are.
    """

    key: str
    number: int
    title: str
    state: str
    state_label: str
    is_current: bool = False
    lines: tuple[str, ...] = ()
    action: Link | None = None
    is_post: bool = False
    links: tuple[Link, ...] = ()
    named: tuple[Named, ...] = ()
    unnamed: int = 0
    done: int = 0
    all: int = 0
    is_busy: bool = False


def plain(number: int, step: Step, *, is_current: bool) -> ShownStep:
    """The step without any sentence."""
    unfinished = (*step.trouble, *step.todo, *step.busy)
    return ShownStep(
        key=step.key.value,
        number=number,
        title=str(_TITLES[step.key]),
        state=step.state.value,
        state_label=_("under way") if step.busy and step.state == StepState.NOW else str(_STATE_WORDS[step.state]),
        is_current=is_current,
        named=tuple(Named(name, _page_of(step.key, name)) for name in unfinished[:MOST_NAMED]),
        unnamed=max(len(unfinished) - MOST_NAMED, 0),
        done=step.done,
        all=step.all,
        is_busy=bool(step.busy),
    )


def form_url(name: str, *arguments: str) -> str:
    """A form that leads back to the page about adding centers."""
    return f"{reverse(name, args=arguments)}?{urlencode({FLOW: ONBOARDING})}"


def _page_of(key: StepKey, name: str) -> str:
    """Where a server or center that is not done at this step says why."""
    if key == StepKey.TEST:
        return form_url("centers:server_update", name)
    return reverse("extraction:center_timeline" if key == StepKey.RUN else "mappings:center_mappings", args=[name])
