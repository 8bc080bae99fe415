"""What patients' pages say, in two languages side by side: `{% load portal %}`."""

from datetime import datetime

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from frontdesk.core.clock import HasTimeZone, local
from frontdesk.portal import rules

register = template.Library()


@register.simple_tag
def both(english: str, spanish: str, **facts: object) -> str:
    """Say it in the page's language: `{% both "At {site}" "En {site}" site=site.name %}`."""
    return rules.both(english, spanish, **facts)


@register.simple_tag
def at_site(instant: datetime, site: HasTimeZone, style: str = "full") -> SafeString:
    """Write an instant on the site's clock; `style` is full, day or time."""
    text = rules.spoken_time(local(site, instant), style)
    return format_html('<time datetime="{}">{}</time>', instant.isoformat(), text)


@register.simple_tag(takes_context=True)
def portal_languages(context: template.Context) -> SafeString:
    """Offer the page in the other language: a link to this page, without its address's query."""
    path = context["request"].path
    spoken = rules.language()
    return format_html_join(
        " ",
        '<a href="{}?lang={}" lang="{}" hreflang="{}"{}>{}</a>',
        (
            (path, tag, tag, tag, SafeString(' aria-current="true"') if tag == spoken else "", name)
            for tag, name in rules.LANGUAGES.items()
        ),
    )
