"""What is said to somebody on the waitlist. Never what the visit is for."""

from frontdesk.comms.rules.saying import Text, Wording

WORDINGS: dict[str, Wording] = {
    "waitlist.offer": Wording(
        "An earlier time, for somebody on the waitlist",
        ("patient", "when", "provider", "site", "address", "until", "link", "phone", "practice"),
        {
            "en": Text(
                "An earlier time is free: $when",
                "Hello $patient,\n\nYou asked us for an earlier visit. A time is free:\n\n"
                "When: $when\nWith: $provider\nWhere: $site, $address\n\nTo take it or to say no: "
                "$link\n\nThe first to say yes gets it. You can answer until $until. If you do "
                "nothing, your visit stays as it is and you stay on our list.\n\n$practice, $phone",
                "$practice: $patient, an earlier time is free: $when, $site. Reply YES or NO until "
                "$until, or: $link STOP ends texts.",
            ),
            "es": Text(
                "Hay una hora antes: $when",
                "Hola, $patient:\n\nUsted nos pidió una cita antes. Hay una hora libre:\n\n"
                "Cuándo: $when\nCon: $provider\nDónde: $site, $address\n\nPara tomarla o decir que "
                "no: $link\n\nLa primera persona que dice sí la recibe. Puede responder hasta "
                "$until. Si no hace nada, su cita sigue igual y usted sigue en la lista.\n\n"
                "$practice, $phone",
                "$practice: $patient, hay una hora antes: $when, $site. Responda SÍ o NO hasta "
                "$until, o: $link ALTO = no textos.",
            ),
        },
        asks=True,
    ),
}
