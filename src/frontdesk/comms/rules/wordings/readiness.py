"""What is said so that a visit is ready."""

from frontdesk.comms.rules.saying import Text, Wording

WORDINGS: dict[str, Wording] = {
    "visit.forms": Wording(
        "Forms to fill in before a visit",
        ("patient", "when", "site", "link", "phone", "practice"),
        {
            "en": Text(
                "Please fill in your forms before $when",
                "Hello $patient,\n\nYour visit is on $when, $site. You can fill in and sign your "
                "forms at home, so that you wait less:\n\n$link\n\nQuestions? Call $phone."
                "\n\n$practice",
                "$practice: $patient, please fill in your forms before $when: $link STOP ends "
                "texts.",
            ),
            "es": Text(
                "Llene sus formularios antes del $when",
                "Hola, $patient:\n\nSu cita es el $when, $site. Puede llenar y firmar sus "
                "formularios en casa, y así esperar menos:\n\n$link\n\n¿Preguntas? Llame al "
                "$phone.\n\n$practice",
                "$practice: $patient, llene sus formularios antes del $when: $link ALTO = no "
                "textos.",
            ),
        },
    ),
}
