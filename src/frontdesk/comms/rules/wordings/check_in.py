"""What patients are written about checking in before they come."""

from frontdesk.comms.rules.saying import Text, Wording

WORDINGS: dict[str, Wording] = {
    "visit.check_in": Wording(
        "Check in before the visit",
        ("patient", "practice", "when", "link"),
        {
            "en": Text(
                "Check in for your visit on $when",
                "Hello $patient,\n\nSave time at the desk: check that what we have is still right, "
                "and sign what is due, on your phone:\n\n$link\n\nWe ask your birth date first. On "
                "the day, press “I’m here” on the same page.\n\n$practice",
                "$practice: check in for your visit ($when) on your phone: $link",
            ),
            "es": Text(
                "Regístrese para su cita: $when",
                "Hola, $patient:\n\nAhorre tiempo en la recepción: revise sus datos y firme lo que "
                "falte en su teléfono:\n\n$link\n\nPrimero le pedimos su fecha de nacimiento. El "
                "día de la cita, pulse «Ya llegué» en la misma página.\n\n$practice",
                "$practice: regístrese para su cita ($when) en su teléfono: $link",
            ),
        },
    ),
}
