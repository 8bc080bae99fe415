"""What is said to somebody who is in the office."""

# ruff: noqa: E501 - sentences stay whole

from frontdesk.comms.rules.saying import Text, Wording

WORDINGS: dict[str, Wording] = {
    "visit.position": Wording(
        "Place in line",
        ("patient", "practice", "link"),
        {
            "en": Text(
                "Your place in line",
                "Hello $patient,\n\nYou can wait nearby. This page shows your place in line and about "
                "how long it takes, and says when to come in:\n\n$link\n\n$practice",
                "$practice: your place in line, and when to come in: $link",
            ),
            "es": Text(
                "Su lugar en la fila",
                "Hola, $patient:\n\nPuede esperar cerca. Esta página muestra su lugar en la fila y "
                "cuánto falta, y le avisa cuándo pasar:\n\n$link\n\n$practice",
                "$practice: su lugar en la fila y cuándo pasar: $link",
            ),
        },
    ),
}
