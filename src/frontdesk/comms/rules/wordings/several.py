"""What is said about several visits at once, visits by video or telephone, and visits to come."""

# ruff: noqa: E501 - sentences stay whole

from frontdesk.comms.rules.saying import Text, Wording

_OFFICE = ("patient", "phone", "practice", "site", "address")
_DATES = (*_OFFICE, "dates", "count", "when", "provider", "join")
_REMOTE = (*_OFFICE, "when", "provider", "join", "link")

WORDINGS: dict[str, Wording] = {
    "appointment.several": Wording(
        "Several visits booked",
        _DATES,
        {
            "en": Text(
                "Your $count visits",
                "Hello $patient,\n\nThese visits are booked for you:\n\n$dates\n\nPlease come 10 "
                "minutes early. To change one, call $phone.\n\n$practice",
                "$practice: $patient, $count visits are booked, the next $when. Questions: $phone. "
                "STOP ends texts.",
            ),
            "es": Text(
                "Sus $count citas",
                "Hola, $patient:\n\nTiene estas citas reservadas:\n\n$dates\n\nLlegue 10 minutos "
                "antes. Para cambiar una, llame al $phone.\n\n$practice",
                "$practice: $patient, tiene $count citas, la próxima $when. Preguntas: $phone. "
                "ALTO = no textos.",
            ),
        },
    ),
    "appointment.several_moved": Wording(
        "Several visits moved",
        _DATES,
        {
            "en": Text(
                "Your $count visits have moved",
                "Hello $patient,\n\nThese visits have a new time:\n\n$dates\n\nThe old times are "
                "no longer yours. If a new one does not work for you, call $phone.\n\n$practice",
                "$practice: $patient, $count of your visits have moved, the next is now $when. "
                "Questions: $phone. STOP ends texts.",
            ),
            "es": Text(
                "Sus $count citas cambiaron",
                "Hola, $patient:\n\nEstas citas tienen otra hora:\n\n$dates\n\nLas horas "
                "anteriores ya no son suyas. Si una no le queda bien, llame al $phone."
                "\n\n$practice",
                "$practice: $patient, cambiaron $count de sus citas, la próxima ahora es $when. "
                "Preguntas: $phone. ALTO = no textos.",
            ),
        },
    ),
    "appointment.several_cancelled": Wording(
        "Several visits cancelled",
        _DATES,
        {
            "en": Text(
                "$count of your visits are cancelled",
                "Hello $patient,\n\nThese visits are cancelled:\n\n$dates\n\nTo find new times, "
                "call $phone.\n\n$practice",
                "$practice: $patient, $count of your visits are cancelled, the first was $when. For "
                "new times call $phone. STOP ends texts.",
            ),
            "es": Text(
                "Se cancelaron $count de sus citas",
                "Hola, $patient:\n\nEstas citas fueron canceladas:\n\n$dates\n\nPara otras horas, "
                "llame al $phone.\n\n$practice",
                "$practice: $patient, se cancelaron $count de sus citas, la primera era $when. Para "
                "otras horas llame al $phone. ALTO = no textos.",
            ),
        },
    ),
    "appointment.booked_video": Wording(
        "Video visit booked",
        _REMOTE,
        {
            "en": Text(
                "Your video visit on $when",
                "Hello $patient,\n\nYour video visit is booked.\n\nWhen: $when\nWith: $provider\n"
                "$join\n\nPlease be in a quiet place with your phone or computer.\n\nTo confirm, "
                "move or cancel: $link\nOr call $phone.\n\n$practice",
                "$practice: $patient, your video visit is $when. $join Confirm, move or cancel: "
                "$link STOP ends texts.",
            ),
            "es": Text(
                "Su cita por video: $when",
                "Hola, $patient:\n\nSu cita por video está reservada.\n\nCuándo: $when\nCon: "
                "$provider\n$join\n\nEsté en un lugar tranquilo con su teléfono o computadora.\n\n"
                "Para confirmar, cambiar o cancelar: $link\nO llame al $phone.\n\n$practice",
                "$practice: $patient, su cita por video: $when. $join Confirme, cambie o cancele: "
                "$link ALTO = no textos.",
            ),
        },
    ),
    "appointment.booked_phone": Wording(
        "Visit by telephone booked",
        _REMOTE,
        {
            "en": Text(
                "We call you on $when",
                "Hello $patient,\n\n$provider will call you.\n\nWhen: $when\n$join\n\nTo confirm, "
                "move or cancel: $link\nOr call $phone.\n\n$practice",
                "$practice: $patient, we will call you $when. Confirm, move or cancel: $link STOP "
                "ends texts.",
            ),
            "es": Text(
                "Le llamamos el $when",
                "Hola, $patient:\n\n$provider le llamará por teléfono.\n\nCuándo: $when\n$join\n\n"
                "Para confirmar, cambiar o cancelar: $link\nO llame al $phone.\n\n$practice",
                "$practice: $patient, le llamaremos el $when. Confirme, cambie o cancele: $link "
                "ALTO = no textos.",
            ),
        },
    ),
    "appointment.moved_video": Wording(
        "Video visit moved",
        (*_REMOTE, "was"),
        {
            "en": Text(
                "Your video visit has moved to $when",
                "Hello $patient,\n\nYour video visit has a new time.\n\nNew time: $when\nWith: "
                "$provider\n$join\n\nThe old time ($was) is no longer yours.\n\nIf this does not "
                "work for you: $link\nOr call $phone.\n\n$practice",
                "$practice: $patient, your video visit has moved from $was to $when. $join Confirm, "
                "move or cancel: $link STOP ends texts.",
            ),
            "es": Text(
                "Su cita por video cambió: $when",
                "Hola, $patient:\n\nSu cita por video tiene una nueva hora.\n\nNueva hora: $when\n"
                "Con: $provider\n$join\n\nLa hora anterior ($was) ya no es suya.\n\nSi no le queda "
                "bien: $link\nO llame al $phone.\n\n$practice",
                "$practice: $patient, su cita por video del $was ahora es: $when. $join Confirme, "
                "cambie o cancele: $link ALTO = no textos.",
            ),
        },
    ),
    "appointment.moved_phone": Wording(
        "Visit by telephone moved",
        (*_REMOTE, "was"),
        {
            "en": Text(
                "Our call has moved to $when",
                "Hello $patient,\n\n$provider will call you at a new time.\n\nNew time: $when\n"
                "$join\n\nThe old time ($was) is no longer yours.\n\nIf this does not work for you: "
                "$link\nOr call $phone.\n\n$practice",
                "$practice: $patient, our call has moved from $was to $when. Confirm, move or "
                "cancel: $link STOP ends texts.",
            ),
            "es": Text(
                "Nuestra llamada cambió: $when",
                "Hola, $patient:\n\n$provider le llamará a otra hora.\n\nNueva hora: $when\n$join"
                "\n\nLa hora anterior ($was) ya no es suya.\n\nSi no le queda bien: $link\nO llame "
                "al $phone.\n\n$practice",
                "$practice: $patient, nuestra llamada del $was ahora es: $when. Confirme, cambie o "
                "cancele: $link ALTO = no textos.",
            ),
        },
    ),
    "recall.due": Wording(
        "Time to book a visit again",
        (*_OFFICE, "link"),
        {
            "en": Text(
                "It is time for your next visit",
                "Hello $patient,\n\nIt is time to book your next visit with us. Choose a time that "
                "suits you: $link\n\nOr call us at $phone.\n\n$practice",
                "$practice: $patient, it is time to book your next visit. Choose a time: $link Or "
                "call $phone. STOP ends texts.",
            ),
            "es": Text(
                "Es hora de su próxima cita",
                "Hola, $patient:\n\nEs hora de reservar su próxima cita con nosotros. Elija una "
                "hora que le quede bien: $link\n\nO llámenos al $phone.\n\n$practice",
                "$practice: $patient, es hora de reservar su próxima cita. Elija una hora: $link O "
                "llame al $phone. ALTO = no textos.",
            ),
        },
    ),
}
