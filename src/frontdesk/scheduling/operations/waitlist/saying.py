"""What an offer says: when, where, with whom, until when. Never what for."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import override

from frontdesk.comms.rules import language_of
from frontdesk.core.clock import local
from frontdesk.practice.models import Practice, Site
from frontdesk.scheduling.models import FreedTime, Offer

_FORMATS = {"en": "l, F j, g:i A", "es": r"l j \d\e F, g:i A"}


def facts_of(freed: FreedTime, language: str, offer: Offer | None = None) -> dict[str, str]:
    """Return the facts of a freed time, as a message in this language tells them."""
    spoken = language_of(language)
    site = freed.site
    practice = Practice.objects.get(pk=freed.practice_id)
    facts = {
        "when": written(freed.starts_at, site, spoken),
        "provider": freed.provider.full_name,
        "site": site.name,
        "address": ", ".join(site.address_lines),
        "phone": site.phone or practice.phone,
        "practice": practice.name,
    }
    if offer is not None:
        facts["patient"] = offer.patient.name
        facts["until"] = written(offer.expires_at, site, spoken)
    return facts


def written(instant: datetime, site: Site, language: str) -> str:
    """Return an instant as the clock on the site's wall shows it, in words."""
    with override(language):
        return date_format(local(site, instant), _FORMATS[language])
