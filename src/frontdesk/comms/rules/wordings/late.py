"""What is said when a provider runs late. Never why."""

# ruff: noqa: E501 - sentences stay whole

from frontdesk.comms.rules.saying import Text, Wording

WORDINGS: dict[str, Wording] = {
    "appointment.late": Wording(
        "A provider runs late",
        ("patient", "was", "when", "provider", "site", "link", "phone", "practice"),
        {
            "en": Text(
                "Your visit today begins at about $when",
                "Hello $patient,\n\n$provider is running late today. We are sorry.\n\nYour visit at "
                "$was begins at about $when. You can come later.\n\nTo tell us that this is fine, or "
                "to choose another time: $link\nIf you do nothing, your visit stays.\n\n$practice, $phone",
                "$practice: We are running late, sorry. $patient, your $was visit begins at about "
                "$when. OK, or another time: $link",
            ),
            "es": Text(
                "Su cita de hoy empieza a las $when, más o menos",
                "Hola, $patient:\n\n$provider va con retraso hoy. Lo sentimos.\n\nSu cita de las "
                "$was empieza a las $when, más o menos. Puede venir más tarde.\n\nPara decirnos que está "
                "bien, o elegir otra hora: $link\nSi no hace nada, su cita sigue.\n\n$practice, $phone",
                "$practice: Vamos con retraso, perdón. $patient, su cita de las $was empieza a las "
                "$when, más o menos. Está bien, u otra hora: $link",
            ),
        },
    ),
}
