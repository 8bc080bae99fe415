"""What is said about money: never what was done, and no amount in a text."""

# ruff: noqa: E501 - sentences stay whole

from frontdesk.comms.rules.saying import Text, Wording

_BILL = ("patient", "amount", "due", "phone", "practice", "link")

WORDINGS: dict[str, Wording] = {
    "bill.statement": Wording(
        "Statement",
        _BILL,
        {
            "en": Text(
                "Your statement from $practice",
                "Hello $patient,\n\nYour statement is attached. You owe $amount. Please pay by "
                "$due.\n\nTo see why, pay, or ask about a line: $link\n\nQuestions? Call "
                "$phone.\n\n$practice",
                "$practice: $patient, you have a new bill. See it, pay, or ask about it: $link STOP "
                "ends texts.",
            ),
            "es": Text(
                "Su estado de cuenta de $practice",
                "Hola, $patient:\n\nAdjuntamos su estado de cuenta. Usted debe $amount. Pague "
                "antes del $due.\n\nPara ver por qué, pagar o preguntar por una línea: "
                "$link\n\n¿Preguntas? Llame al $phone.\n\n$practice",
                "$practice: $patient, tiene una cuenta nueva. Véala, pague o pregunte: $link ALTO = "
                "no textos.",
            ),
        },
    ),
    "bill.reminder": Wording(
        "Statement, a reminder",
        _BILL,
        {
            "en": Text(
                "A reminder of your bill from $practice",
                "Hello $patient,\n\nWe sent you a bill before. You still owe $amount. Please pay "
                "by $due. If you have just paid, thank you.\n\nTo pay or to ask: $link\n\nQuestions? "
                "Call $phone.\n\n$practice",
                "$practice: $patient, a reminder of your bill. Pay or ask about it: $link STOP ends "
                "texts.",
            ),
            "es": Text(
                "Un recordatorio de su cuenta de $practice",
                "Hola, $patient:\n\nYa le enviamos una cuenta. Usted todavía debe $amount. Pague "
                "antes del $due. Si acaba de pagar, gracias.\n\nPara pagar o preguntar: "
                "$link\n\n¿Preguntas? Llame al $phone.\n\n$practice",
                "$practice: $patient, un recordatorio de su cuenta. Pague o pregunte: $link ALTO = "
                "no textos.",
            ),
        },
    ),
    "bill.late": Wording(
        "Statement, late",
        _BILL,
        {
            "en": Text(
                "Your bill from $practice is late",
                "Hello $patient,\n\nThe day to pay has passed. You owe $amount. Please pay by $due, "
                "or tell us what would work for you. We can agree on smaller parts.\n\nTo pay or to "
                "ask: $link\n\nQuestions? Call $phone.\n\n$practice",
                "$practice: $patient, your bill is late. Pay or tell us what works for you: $link "
                "STOP ends texts.",
            ),
            "es": Text(
                "Su cuenta de $practice está atrasada",
                "Hola, $patient:\n\nYa pasó el día de pago. Usted debe $amount. Pague antes del "
                "$due o díganos qué le sirve. Podemos acordar pagos más pequeños.\n\nPara pagar o "
                "preguntar: $link\n\n¿Preguntas? Llame al $phone.\n\n$practice",
                "$practice: $patient, su cuenta está atrasada. Pague o díganos qué le sirve: $link "
                "ALTO = no textos.",
            ),
        },
    ),
    "bill.last": Wording(
        "Statement, last notice",
        _BILL,
        {
            "en": Text(
                "Last notice of your bill from $practice",
                "Hello $patient,\n\nThis is our last notice. You owe $amount. Please pay by $due, or "
                "call us before that. We can still set up a plan or look at financial help.\n\nTo "
                "pay or to ask: $link\n\nCall $phone.\n\n$practice",
                "$practice: $patient, last notice of your bill. Pay or ask for help: $link STOP ends "
                "texts.",
            ),
            "es": Text(
                "Último aviso de su cuenta de $practice",
                "Hola, $patient:\n\nEste es el último aviso. Usted debe $amount. Pague antes del "
                "$due o llámenos antes. Aún podemos acordar un plan o ver si hay ayuda.\n\nPara "
                "pagar o preguntar: $link\n\nLlame al $phone.\n\n$practice",
                "$practice: $patient, último aviso de su cuenta. Pague o pida ayuda: $link ALTO = no "
                "textos.",
            ),
        },
    ),
    "bill.pay_link": Wording(
        "Link to a bill",
        _BILL,
        {
            "en": Text(
                "Your bill from $practice",
                "Hello $patient,\n\nHere is the link to your bill: $link\n\nYou can see each line "
                "and why you owe it, pay, or ask us.\n\nQuestions? Call $phone.\n\n$practice",
                "$practice: $patient, here is the link to your bill: $link STOP ends texts.",
            ),
            "es": Text(
                "Su cuenta de $practice",
                "Hola, $patient:\n\nEste es el enlace de su cuenta: $link\n\nPuede ver cada línea y "
                "por qué la debe, pagar o preguntarnos.\n\n¿Preguntas? Llame al "
                "$phone.\n\n$practice",
                "$practice: $patient, este es el enlace de su cuenta: $link ALTO = no textos.",
            ),
        },
    ),
    "bill.answered": Wording(
        "Answer to a question about a bill",
        _BILL,
        {
            "en": Text(
                "We answered your question",
                "Hello $patient,\n\nYou asked about your bill. Read our answer here: "
                "$link\n\nYou can write back on that page, or call $phone.\n\n$practice",
                "$practice: $patient, we answered your question. Read it here: $link STOP ends texts.",
            ),
            "es": Text(
                "Respondimos su pregunta",
                "Hola, $patient:\n\nUsted preguntó por su cuenta. Lea la respuesta aquí: "
                "$link\n\nPuede escribirnos en esa página o llamar al $phone.\n\n$practice",
                "$practice: $patient, respondimos su pregunta. Léala aquí: $link ALTO = no textos.",
            ),
        },
    ),
    "bill.receipt": Wording(
        "Receipt",
        ("patient", "amount", "phone", "practice"),
        {
            "en": Text(
                "Your receipt from $practice",
                "Hello $patient,\n\nThank you. You paid $amount. Your receipt is "
                "attached.\n\nQuestions? Call $phone.\n\n$practice",
                "$practice: $patient, thank you. We have your payment. Questions: $phone. STOP ends "
                "texts.",
            ),
            "es": Text(
                "Su recibo de $practice",
                "Hola, $patient:\n\nGracias. Usted pagó $amount. Adjuntamos su "
                "recibo.\n\n¿Preguntas? Llame al $phone.\n\n$practice",
                "$practice: $patient, gracias. Recibimos su pago. Preguntas: $phone. ALTO = no textos.",
            ),
        },
    ),
}
