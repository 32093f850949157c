"""What the templates of the frame need beyond Django's own tags."""

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.middleware.csrf import get_token
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dentalhub import states
from dentalhub.glossary import TERM_OF_SLUG, Term

register = template.Library()


@register.filter
def tone(state: object) -> str:
    """`{{ state|tone }}`: ok, warning, danger, info or muted."""
    return states.tone_of(str(state)).value


@register.filter
def state_icon(state: object) -> str:
    """`{{ state|state_icon }}`: the name of a symbol for `includes/icon.html`."""
    return states.icon_of(str(state))


@register.filter
def is_within(path: str, parent: str) -> bool:
    """True when `path` is `parent` or below it; the start page has nothing below it."""
    return path == parent if parent == "/" else path.startswith(parent)


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """Render the widget of `field` with Bootstrap's class for its kind; classes of the widget itself stay."""
    widget = field.field.widget
    if isinstance(widget, CheckboxSelectMultiple | RadioSelect):
        return field.as_widget()  # its attributes would go to the group and to each option alike
    if isinstance(widget, CheckboxInput):
        kind = "form-check-input"
    elif isinstance(widget, Select):
        kind = "form-select"
    else:
        kind = "form-control"
    classes = [kind, *str(widget.attrs.get("class", "")).split()]
    if field.errors:
        classes.append("is-invalid")
    return field.as_widget(attrs={"class": " ".join(classes)})


@register.simple_tag(takes_context=True)
def csrf_field(context: Context) -> str:
    """`{% csrf_token %}` for includes that are called with `only`, which hides the token but not the request."""
    request = getattr(context, "request", None)
    if request is None:
        return ""
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request))


@register.inclusion_tag("includes/what_is.html")
def what_is(slug: str) -> dict[str, Term]:
    """`{% what_is "drift" %}`: a button that says what a word of the glossary means."""
    return {"term": TERM_OF_SLUG[slug]}
