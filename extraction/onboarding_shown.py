"""The steps of adding centers in words, for the person who reads them."""

import datetime as dt

from extraction.onboarding_center_words import of_discovery, of_first_run, of_review
from extraction.onboarding_setup_words import of_centers, of_servers, of_tests
from extraction.onboarding_steps import Facts, Step, StepKey, current_of
from extraction.onboarding_words import ShownStep, plain


def shown_steps(
    steps: tuple[Step, ...], facts: Facts, yesterday: dt.date, *, is_reviewer: bool
) -> tuple[ShownStep, ...]:
    """What `includes/stepper.html` shows of them."""
    current = current_of(steps)
    return tuple(
        _told(plain(number, step, is_current=step.key == current), step, facts, yesterday, is_reviewer=is_reviewer)
        for number, step in enumerate(steps, 1)
    )


def _told(shown: ShownStep, step: Step, facts: Facts, yesterday: dt.date, *, is_reviewer: bool) -> ShownStep:
    match step.key:
        case StepKey.SERVER:
            return of_servers(shown, step, facts)
        case StepKey.TEST:
            return of_tests(shown, step)
        case StepKey.CENTERS:
            return of_centers(shown, step, facts)
        case StepKey.DISCOVER:
            return of_discovery(shown, step, facts)
        case StepKey.REVIEW:
            return of_review(shown, step, facts, is_reviewer=is_reviewer)
        case StepKey.RUN:
            return of_first_run(shown, step, facts, yesterday)
