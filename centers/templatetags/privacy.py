"""`{% center_terms center %}`: the terms in force for a center."""

from django import template

from centers.agreements import AGREEMENT_LABELS, agreement_badge, network_today, terms_of
from centers.models import Center

register = template.Library()


@register.inclusion_tag("centers/_terms.html")
def center_terms(center: Center) -> dict[str, object]:
    """Its list of facts, what is missing as a dash."""
    terms = terms_of(center)
    state = terms.agreement(network_today())
    return {"terms": terms, "label": AGREEMENT_LABELS[state], "badge": agreement_badge(state)}
