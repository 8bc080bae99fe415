"""Why a patient owes something, in words for the patient: English and Spanish, eighth grade."""

from frontdesk.ledger.rules import reason_in_words

_WHY: dict[str, tuple[str, str]] = {
    "1": (
        "Your plan starts to pay after you have paid a set amount each year: your deductible. "
        "This counts toward it.",
        "Su plan empieza a pagar cuando usted ha pagado una cantidad fija al año: su deducible. "
        "Esto cuenta para esa cantidad.",
    ),
    "2": (
        "Your plan pays a part and you pay a part. This is your part (coinsurance).",
        "Su plan paga una parte y usted paga otra. Esta es su parte (coseguro).",
    ),
    "3": (
        "This is the copay that your plan sets for each visit.",
        "Este es el copago que su plan fija para cada visita.",
    ),
    "26": (
        "Your plan says that your coverage had not started yet on this day.",
        "Su plan dice que su cobertura aún no había empezado ese día.",
    ),
    "27": (
        "Your plan says that your coverage had ended before this day.",
        "Su plan dice que su cobertura había terminado antes de ese día.",
    ),
    "31": (
        "Your plan could not find you. Please show us your insurance card.",
        "Su plan no lo encontró. Por favor muéstrenos su tarjeta del seguro.",
    ),
    "35": (
        "You have reached the most that your plan pays for this.",
        "Usted llegó al máximo que su plan paga por esto.",
    ),
    "49": (
        "Your plan does not pay for this kind of check-up.",
        "Su plan no paga este tipo de chequeo.",
    ),
    "96": ("Your plan does not pay for this service.", "Su plan no paga este servicio."),
    "119": (
        "You have reached the most that your plan pays for this in a year.",
        "Usted llegó al máximo que su plan paga por esto en un año.",
    ),
    "204": ("Your plan does not pay for this service.", "Su plan no paga este servicio."),
    "227": (
        "Your plan asked you a question and has no answer yet. Please call your plan.",
        "Su plan le hizo una pregunta y aún no tiene respuesta. Por favor llame a su plan.",
    ),
    "242": (
        "Your plan pays only doctors in its network.",
        "Su plan solo paga a médicos de su red.",
    ),
    "275": (
        "Your second plan did not pay what the first one left to you.",
        "Su segundo plan no pagó lo que el primero le dejó a usted.",
    ),
}
_NO_PLAN = (
    "No insurance was billed for this visit.",
    "No se facturó ningún seguro por esta visita.",
)


def why_owed(reason: str, language: str) -> str:
    """Return why the patient owes a part, for "PR-3" or "3"; "" means no plan was billed."""
    place = 1 if language.startswith("es") else 0
    if not reason:
        return _NO_PLAN[place]
    number = reason.rpartition("-")[2]
    if number in _WHY:
        return _WHY[number][place]
    if place:
        return f"Así lo decidió su plan (razón {number})."
    return f"Your plan decided this: {reason_in_words(number).lower()}."
