"""How patients are spoken to: two languages side by side, no database, no clock."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import get_language

LANGUAGES = {"en": "English", "es": "Español"}
MISSES_ALLOWED = 60  # wrong links from one address in `MISS_WINDOW`; patients share addresses
MISS_WINDOW = timedelta(minutes=10)
KIOSK_COOKIE = "fd-kiosk"  # what a tablet of the office is known by
PROVED_FOR = timedelta(minutes=30)  # how long a birth date holds for one browser and link
_FORMATS = {
    "full": {"en": "l, F j, g:i A", "es": r"l j \d\e F, g:i A"},
    "day": {"en": "l, F j", "es": r"l j \d\e F"},
    "time": {"en": "g:i A", "es": "g:i A"},
}


def language() -> str:
    """Return the language of the page that is being made: en or es."""
    spoken = (get_language() or "en").partition("-")[0]
    return spoken if spoken in LANGUAGES else "en"


def both(english: str, spanish: str, **facts: object) -> str:
    """Return what is said, in the language of the page; `{name}` stands for a fact."""
    said = spanish if language() == "es" else english
    return said.format(**facts) if facts else said


def spoken_time(wall: datetime, style: str = "full") -> str:
    """Write a wall time as a patient reads it: "Tuesday, November 24, 9:20 AM"."""
    return date_format(wall, _FORMATS[style][language()])


# What check-in asks, as patients are asked it; the office's own words stand in visits.models.Item.
ITEMS = {
    "phone": ("Your phone", "Su teléfono"),
    "email": ("Your e-mail", "Su correo electrónico"),
    "address": ("Your address", "Su dirección"),
    "reach": ("How we may reach you", "Cómo podemos comunicarnos con usted"),
    "contact": ("Whom to call in an emergency", "A quién llamar en una emergencia"),
    "insurance": ("Your insurance", "Su seguro"),
    "name": ("Your name and birth date", "Su nombre y fecha de nacimiento"),
}
_ANSWERS = {"yes": ("yes", "sí"), "no": ("no", "no"), "": ("not asked yet", "sin preguntar")}
_REACHED = {
    "email_ok": ("E-mail", "Correo"),
    "sms_ok": ("Texts", "Mensajes de texto"),
    "voice_ok": ("Calls", "Llamadas"),
}


def reach_lines(held: Mapping[str, str]) -> list[str]:
    """Say how somebody may be reached, a line for each way."""
    return [f"{both(*_REACHED[name])}: {both(*_ANSWERS[held[name]])}" for name in _REACHED]
