"""What is said about plans, cards on file, refunds and payments that came back."""

# ruff: noqa: E501 - sentences stay whole

from frontdesk.comms.rules.saying import Text, Wording

_PLAN = ("patient", "amount", "due", "card", "phone", "practice")
_PAID = ("patient", "amount", "phone", "practice")

WORDINGS: dict[str, Wording] = {
    "plan.charge": Wording(
        "Payment plan, a charge to come",
        _PLAN,
        {
            "en": Text(
                "Your plan payment on $due",
                "Hello $patient,\n\nOn $due we will charge $amount to your card $card. This is the next part of your payment plan.\n\nIf this day does not work for you, call $phone before then. We will find another way.\n\n$practice",
                "$practice: $patient, your next plan payment is charged to your card on $due. Does it not work? Call $phone. STOP ends texts.",
            ),
            "es": Text(
                "Su pago del plan el $due",
                "Hola, $patient:\n\nEl $due cobraremos $amount a su tarjeta $card. Es la próxima parte de su plan de pagos.\n\nSi ese día no le sirve, llame antes al $phone. Buscaremos otra manera.\n\n$practice",
                "$practice: $patient, su próximo pago del plan se cobra a su tarjeta el $due. ¿No le sirve? Llame al $phone. ALTO = no textos.",
            ),
        },
    ),
    "plan.due": Wording(
        "Payment plan, a payment to come",
        ("patient", "amount", "due", "phone", "practice"),
        {
            "en": Text(
                "Your plan payment is due on $due",
                "Hello $patient,\n\nThe next part of your payment plan, $amount, is due on $due. You can pay at the desk, by mail or by phone.\n\nIf this day does not work for you, call $phone before then.\n\n$practice",
                "$practice: $patient, your next plan payment is due on $due. Pay at the desk, by mail, or call $phone. STOP ends texts.",
            ),
            "es": Text(
                "Su pago del plan vence el $due",
                "Hola, $patient:\n\nLa próxima parte de su plan de pagos, $amount, vence el $due. Puede pagar en la recepción, por correo o por teléfono.\n\nSi ese día no le sirve, llame antes al $phone.\n\n$practice",
                "$practice: $patient, su próximo pago del plan vence el $due. Pague en la recepción, por correo o llame al $phone. ALTO = no textos.",
            ),
        },
    ),
    "plan.charged": Wording(
        "Payment plan, charged",
        ("patient", "amount", "receipt", "card", "phone", "practice"),
        {
            "en": Text(
                "Thank you: your plan payment",
                "Hello $patient,\n\nWe charged $amount to your card $card. Your receipt number is $receipt. Thank you.\n\nQuestions? Call $phone.\n\n$practice",
            ),
            "es": Text(
                "Gracias: su pago del plan",
                "Hola, $patient:\n\nCobramos $amount a su tarjeta $card. Su recibo es el número $receipt. Gracias.\n\n¿Preguntas? Llame al $phone.\n\n$practice",
            ),
        },
    ),
    "plan.not_paid": Wording(
        "Payment plan, not paid",
        _PAID,
        {
            "en": Text(
                "Your plan payment did not go through",
                "Hello $patient,\n\nYour plan payment of $amount was not paid. Please call $phone, so that we can find a way that works for you.\n\n$practice",
                "$practice: $patient, your plan payment did not go through. Please call $phone. STOP ends texts.",
            ),
            "es": Text(
                "Su pago del plan no se pudo cobrar",
                "Hola, $patient:\n\nSu pago del plan de $amount no se pagó. Llame al $phone para buscar una manera que le sirva.\n\n$practice",
                "$practice: $patient, su pago del plan no se pudo cobrar. Llame al $phone. ALTO = no textos.",
            ),
        },
    ),
    "card.ends": Wording(
        "Card on file, ends soon",
        ("patient", "card", "due", "phone", "practice"),
        {
            "en": Text(
                "Your card on file ends soon",
                "Hello $patient,\n\nYour card $card ends on $due. It pays your plan. Please call $phone or stop by, and give us a new one.\n\n$practice",
                "$practice: $patient, your card on file ends on $due. Please call $phone. STOP ends texts.",
            ),
            "es": Text(
                "Su tarjeta guardada vence pronto",
                "Hola, $patient:\n\nSu tarjeta $card vence el $due. Con ella se paga su plan. Llame al $phone o pase por aquí para darnos otra.\n\n$practice",
                "$practice: $patient, su tarjeta guardada vence el $due. Llame al $phone. ALTO = no textos.",
            ),
        },
    ),
    "payment.returned": Wording(
        "Payment that came back",
        _PAID,
        {
            "en": Text(
                "Your payment came back",
                "Hello $patient,\n\nYour bank sent your payment of $amount back to us. It is still owed, and a fee may be added. Please call $phone to pay in another way.\n\n$practice",
                "$practice: $patient, your bank sent a payment back. Please call $phone. STOP ends texts.",
            ),
            "es": Text(
                "Su pago fue devuelto",
                "Hola, $patient:\n\nSu banco nos devolvió su pago de $amount. Todavía se debe y puede haber un cargo. Llame al $phone para pagar de otra manera.\n\n$practice",
                "$practice: $patient, su banco devolvió un pago. Llame al $phone. ALTO = no textos.",
            ),
        },
    ),
    "estimate.apart": Wording(
        "Owed beyond the estimate",
        ("patient", "amount", "told", "due", "phone", "practice"),
        {
            "en": Text(
                "About your estimate",
                "Hello $patient,\n\nFor your visit of $due we estimated that you would pay $told. Your plan has decided since, and your part is $amount.\n\nYour bill shows why, line by line. If you think it is wrong, or it is hard to pay, please call $phone before you pay.\n\n$practice",
                "$practice: $patient, your part for the visit of $due is not what we estimated. Questions? Call $phone. STOP ends texts.",
            ),
            "es": Text(
                "Sobre su presupuesto",
                "Hola, $patient:\n\nPara su consulta del $due calculamos que usted pagaría $told. Su plan ya decidió, y su parte es $amount.\n\nSu cuenta explica por qué, línea por línea. Si cree que hay un error o le es difícil pagar, llame al $phone antes de pagar.\n\n$practice",
                "$practice: $patient, su parte por la consulta del $due no es la que calculamos. ¿Preguntas? Llame al $phone. ALTO = no textos.",
            ),
        },
    ),
    "refund.paid": Wording(
        "Refund on its way",
        _PAID,
        {
            "en": Text(
                "Money back from $practice",
                "Hello $patient,\n\nYou paid more than you owed. We are sending $amount back to you.\n\nQuestions? Call $phone.\n\n$practice",
                "$practice: $patient, money we owe you is on its way. Questions? Call $phone. STOP ends texts.",
            ),
            "es": Text(
                "Dinero devuelto por $practice",
                "Hola, $patient:\n\nUsted pagó más de lo que debía. Le devolvemos $amount.\n\n¿Preguntas? Llame al $phone.\n\n$practice",
                "$practice: $patient, va en camino dinero que le debemos. ¿Preguntas? Llame al $phone. ALTO = no textos.",
            ),
        },
    ),
}
