"""How a patient joins a visit for which they do not come to the office."""

from django.utils.crypto import salted_hmac

from frontdesk.practice.models import Practice
from frontdesk.scheduling.models import Appointment, VisitType

MARK = "{visit}"
Mode = VisitType.Mode

_JOIN = {
    "en": {
        Mode.VIDEO: "Join here: {address}",
        Mode.TELEPHONE: "We call the number you gave us.",
        "": "We call you before the visit and help you to join.",
    },
    "es": {
        Mode.VIDEO: "Entre aquí: {address}",
        Mode.TELEPHONE: "Le llamamos al número que nos dio.",
        "": "Le llamamos antes de la cita y le ayudamos a entrar.",
    },
}


def video_address(appointment: Appointment, practice: Practice) -> str:
    """Return where a video visit is; empty where the practice has not said, or it is no such visit.

    A room of its own is named by a code that can't be guessed from anything else that is known.
    """
    if appointment.visit_type.mode != Mode.VIDEO or not practice.video_link:
        return ""
    code = salted_hmac("frontdesk.scheduling.video", appointment.pk.hex, algorithm="sha256")
    return practice.video_link.replace(MARK, code.hexdigest()[:20])


def video_of(appointment: Appointment) -> str:
    """Return where a video visit is, for the office's own screen; empty where it is none."""
    if appointment.visit_type.mode != Mode.VIDEO:
        return ""
    return video_address(appointment, Practice.objects.get(pk=appointment.practice_id))


def join_words(appointment: Appointment, practice: Practice, language: str) -> str:
    """Return the sentence that says how to join; empty where the patient comes to the office."""
    mode = appointment.visit_type.mode
    if mode == Mode.IN_PERSON:
        return ""
    address = video_address(appointment, practice)
    said = _JOIN[language]
    if mode == Mode.VIDEO and not address:
        return said[""]
    return said[mode].format(address=address)
