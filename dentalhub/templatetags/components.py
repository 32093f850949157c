"""`{% component "data_table" caption=… %}…{% endcomponent %}`: a part of the design system around what stands inside.

The parts are templates in `templates/includes`, which show what stands inside as `content`; the style guide shows all.
Parts around nothing are included like any template.
"""

from django import template
from django.template import Context
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_block_tag(takes_context=True, end_name="endcomponent")
def component(context: Context, content: SafeString, name: str, **values: object) -> SafeString:
    """Render `includes/<name>.html` with `content` and the given values, and nothing else of the page but its request.

    Raises TemplateDoesNotExist for a part that is not there.
    """
    inner = context.new({**values, "content": content})
    if (token := context.get("csrf_token")) is not None:
        inner["csrf_token"] = token
    if context.template is None:
        raise RuntimeError("a component is rendered inside a template")
    return context.template.engine.get_template(f"includes/{name}.html").render(inner)
