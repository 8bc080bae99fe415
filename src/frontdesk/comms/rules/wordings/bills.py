"""What is said about money."""

from frontdesk.comms.rules.saying import Text, Wording

WORDINGS: dict[str, Wording] = {
    "bill.statement": Wording(
        "Statement",
        ("patient", "amount", "due", "phone", "practice"),
        {
            "en": Text(
                "Your statement from $practice",
                "Hello $patient,\n\nYour statement is attached. You owe $amount. Please pay by "
                "$due.\n\nQuestions? Call $phone.\n\n$practice",
            ),
            "es": Text(
                "Su estado de cuenta de $practice",
                "Hola, $patient:\n\nAdjuntamos su estado de cuenta. Usted debe $amount. Pague "
                "antes del $due.\n\n¿Preguntas? Llame al $phone.\n\n$practice",
            ),
        },
    ),
}
