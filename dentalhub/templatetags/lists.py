"""What pages of lists share: heads that sort, one's own views, and the list as a file."""

from django import template
from django.template import Context

from dentalhub.list_pages import Asked, Head, list_page
from dentalhub.saved_view_models import NAME_LENGTH
from dentalhub.saved_views import own_views

register = template.Library()


@register.inclusion_tag("includes/list_heads.html")
def list_heads(asked: Asked, *without: str) -> dict[str, object]:
    """`{% list_heads asked "until" %}`: the heads of all columns but those named, as cells of the head row."""
    heads: list[Head] = [head for name, head in asked.heads.items() if name not in without]
    return {"heads": heads, "target": asked.page.target}


@register.inclusion_tag("includes/list_tools.html", takes_context=True)
def list_tools(context: Context, asked: Asked, has_rows: object = True) -> dict[str, object]:
    """`{% list_tools asked %}`: the menu of one's own views of this list, and the list as a file. One query."""
    request = context["request"]
    has_views = list_page(asked.page.name) is not None
    shown = asked.saved_query
    return {
        "asked": asked,
        "has_views": has_views,
        "views": own_views(request.user, asked.page, shown) if has_views else [],
        # What is searched in a list of events is kept nowhere.
        "is_cut": asked.query != shown,
        "has_csv": asked.page.has_csv and bool(has_rows),
        "length": NAME_LENGTH,
        "request": request,
        "csrf_token": context.get("csrf_token"),
    }
