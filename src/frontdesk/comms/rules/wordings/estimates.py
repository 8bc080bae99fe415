"""What is said about an estimate: that there is one, and where; never what for or how much."""

from frontdesk.comms.rules.saying import Text, Wording

WORDINGS: dict[str, Wording] = {
    "estimate.good_faith": Wording(
        "Good-faith estimate",
        ("patient", "phone", "practice", "link"),
        {
            "en": Text(
                "Your estimate from $practice",
                "Hello $patient,\n\nYour good faith estimate is ready. It shows what we expect to "
                "charge you.\n\nRead it and print it: $link\n\nWe ask for your birth date "
                "first. Would you like it on paper, or have a question? Call "
                "$phone.\n\n$practice",
                "$practice: $patient, your estimate is ready. Read it: $link STOP ends texts.",
            ),
            "es": Text(
                "Su presupuesto de $practice",
                "Hola, $patient:\n\nSu presupuesto de buena fe está listo. Muestra lo que "
                "esperamos cobrarle.\n\nLéalo e imprímalo: $link\n\nPrimero le pedimos su fecha "
                "de nacimiento. ¿Lo quiere en papel o tiene preguntas? Llame al "
                "$phone.\n\n$practice",
                "$practice: $patient, su presupuesto está listo. Léalo: $link ALTO = no textos.",
            ),
        },
    ),
}
