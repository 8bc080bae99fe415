"""How patients are spoken to: two languages side by side, no database, no clock."""

from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import get_language

LANGUAGES = {"en": "English", "es": "Español"}
MISSES_ALLOWED = 60  # wrong links from one address in `MISS_WINDOW`; patients share addresses
MISS_WINDOW = timedelta(minutes=10)
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
