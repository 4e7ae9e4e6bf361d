"""`{% load kept %}`: parts of a page that read the same for everybody."""

from django import template
from django.template.base import NodeList, Parser, Token
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()


class KeptNode(template.Node):
    """Rendered once in a process for each language, then repeated."""

    child_nodelists = ("nodelist",)

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self.kept: dict[str, SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        """The part, as it was rendered first; in a context of its own, so that it cannot tell of a page or a person."""
        language = get_language() or ""
        if language not in self.kept:
            self.kept[language] = mark_safe(self.nodelist.render(context.new()))
        return self.kept[language]


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """`{% kept %}…{% endkept %}`: links of styles and scripts and other parts without anything of the page, for two
    dozen of them cost every page two milliseconds.
    """
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(nodelist)
