"""What is said about a visit."""

# ruff: noqa: E501 - sentences stay whole

from frontdesk.comms.rules.saying import Text, Wording

_VISIT_FACTS = ("patient", "when", "provider", "site", "address", "phone", "practice", "link")

WORDINGS: dict[str, Wording] = {
    "appointment.booked": Wording(
        "Visit booked",
        _VISIT_FACTS,
        {
            "en": Text(
                "Your visit on $when",
                "Hello $patient,\n\nYour visit is booked.\n\nWhen: $when\nWith: $provider\n"
                "Where: $site, $address\n\nPlease come 10 minutes early. Bring your photo ID and "
                "your insurance card.\n\nTo confirm, move or cancel: $link\nOr call $phone.\n\n$practice",
                "$practice: $patient, you are booked for $when, $site. Confirm, move or cancel: "
                "$link STOP ends texts.",
            ),
            "es": Text(
                "Su cita: $when",
                "Hola, $patient:\n\nSu cita está reservada.\n\nCuándo: $when\nCon: $provider\n"
                "Dónde: $site, $address\n\nLlegue 10 minutos antes. Traiga una identificación con "
                "foto y su tarjeta del seguro.\n\nPara confirmar, cambiar o cancelar: $link\nO llame al "
                "$phone.\n\n$practice",
                "$practice: $patient, su cita: $when, $site. Confirme, cambie o cancele: $link "
                "ALTO = no textos.",
            ),
        },
    ),
    "appointment.moved": Wording(
        "Visit moved",
        (*_VISIT_FACTS, "was"),
        {
            "en": Text(
                "Your visit has moved to $when",
                "Hello $patient,\n\nYour visit has a new time.\n\nNew time: $when\nWith: $provider"
                "\nWhere: $site, $address\n\nThe old time ($was) is no longer yours.\n\nIf this "
                "does not work for you: $link\nOr call $phone.\n\n$practice",
                "$practice: $patient, your visit has moved from $was to $when, $site. Confirm, "
                "move or cancel: $link STOP ends texts.",
            ),
            "es": Text(
                "Su cita cambió: $when",
                "Hola, $patient:\n\nSu cita tiene una nueva hora.\n\nNueva hora: $when\nCon: "
                "$provider\nDónde: $site, $address\n\nLa hora anterior ($was) ya no es suya.\n\n"
                "Si no le queda bien: $link\nO llame al $phone.\n\n$practice",
                "$practice: $patient, su cita del $was ahora es: $when, $site. Confirme, cambie o "
                "cancele: $link ALTO = no textos.",
            ),
        },
    ),
    "appointment.cancelled": Wording(
        "Visit cancelled",
        _VISIT_FACTS,
        {
            "en": Text(
                "Your visit on $when is cancelled",
                "Hello $patient,\n\nYour visit on $when with $provider is cancelled.\n\nTo find a "
                "new time, call $phone.\n\n$practice",
                "$practice: $patient, your visit on $when is cancelled. For a new time call "
                "$phone. STOP ends texts.",
            ),
            "es": Text(
                "Su cita fue cancelada: $when",
                "Hola, $patient:\n\nSu cita del $when con $provider fue cancelada.\n\nPara "
                "encontrar otra hora, llame al $phone.\n\n$practice",
                "$practice: $patient, su cita del $when fue cancelada. Para otra hora llame al "
                "$phone. ALTO = no textos.",
            ),
        },
    ),
    "appointment.reminder": Wording(
        "Reminder of a visit",
        _VISIT_FACTS,
        {
            "en": Text(
                "Reminder: your visit on $when",
                "Hello $patient,\n\nWe look forward to seeing you.\n\nWhen: $when\nWith: $provider\n"
                "Where: $site, $address\n\nWill you come? Please tell us here, or choose another "
                "time: $link\nOr call $phone.\n\n$practice",
                "$practice: $patient, your visit is $when, $site. Reply C to confirm, X to cancel, "
                "R for another time, or: $link STOP ends texts.",
            ),
            "es": Text(
                "Recordatorio de su cita: $when",
                "Hola, $patient:\n\nLe esperamos.\n\nCuándo: $when\nCon: $provider\nDónde: $site, "
                "$address\n\n¿Vendrá? Díganos aquí, o elija otra hora: $link\nO llame al $phone.\n\n"
                "$practice",
                "$practice: $patient, su cita es $when, $site. Responda C para confirmar, X para "
                "cancelar, R para otra hora, o: $link ALTO = no textos.",
            ),
        },
        asks=True,
    ),
    "appointment.reminder_phone": Wording(
        "Reminder of a visit by telephone",
        _VISIT_FACTS,
        {
            "en": Text(
                "Reminder: we call you on $when",
                "Hello $patient,\n\n$provider will call you.\n\nWhen: $when\n\nPlease be in a quiet "
                "place and have your phone near you. If this time does not work: $link\nOr call "
                "$phone.\n\n$practice",
                "$practice: $patient, we will call you $when. Reply C to confirm, X to cancel, R "
                "for another time, or: $link STOP ends texts.",
            ),
            "es": Text(
                "Recordatorio: le llamamos el $when",
                "Hola, $patient:\n\n$provider le llamará por teléfono.\n\nCuándo: $when\n\nEsté en un "
                "lugar tranquilo con su teléfono cerca. Si no le queda bien: $link\nO llame al "
                "$phone.\n\n$practice",
                "$practice: $patient, le llamaremos el $when. Responda C para confirmar, X para "
                "cancelar, R para otra hora, o: $link ALTO = no textos.",
            ),
        },
        asks=True,
    ),
    "appointment.reminder_video": Wording(
        "Reminder of a visit by video",
        (*_VISIT_FACTS, "join"),
        {
            "en": Text(
                "Reminder: your video visit on $when",
                "Hello $patient,\n\nYour visit with $provider is by video.\n\nWhen: $when\n$join\n\nPlease be "
                "in a quiet place with your phone or computer. If this time does not work: $link\n"
                "Or call $phone.\n\n$practice",
                "$practice: $patient, your video visit is $when. Reply C to confirm, X to cancel, "
                "R for another time, or: $link STOP ends texts.",
            ),
            "es": Text(
                "Recordatorio: su cita por video, $when",
                "Hola, $patient:\n\nSu cita con $provider es por video.\n\nCuándo: $when\n$join\n\nEsté en un "
                "lugar tranquilo con su teléfono o computadora. Si no le queda bien: $link\nO llame "
                "al $phone.\n\n$practice",
                "$practice: $patient, su cita por video es $when. Responda C para confirmar, X "
                "para cancelar, R para otra hora, o: $link ALTO = no textos.",
            ),
        },
        asks=True,
    ),
}
