"""The words of printed statements and letters, in English and Spanish; "%s" is filled when printed.

Each notice has words of its own: the first bill, a reminder, one that is late, the last one.
"""

from typing import Any

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "Statement %s",
        "chart": "Chart %s",
        "visit": "Visit of %s",
        "other": "Other",
        "to_pay": "Please pay",
        "due": "By",
        "intro": "This shows what we charged, what your plan took off and paid, and what is left "
        "for you. Under each line you can read why.",
        "column.label": "What was done",
        "column.charged": "Charge",
        "column.discount": "Taken off",
        "column.plan_paid": "Plan paid",
        "column.paid": "You paid",
        "column.due": "You owe",
        "yours": "Your part of these visits",
        "ahead": "You paid ahead",
        "how": "How to pay, and what to do if you can't",
        "how_text": "Pay by the link we send you, at the front desk, or by check. Put the number "
        "of this statement on the check. If you can't pay it all at once, call us. We can agree "
        "on smaller parts, or look at financial help. If a line looks wrong, tell us. We will "
        "not ask for that line until we have answered.",
        "scan": "Pay or ask by phone",
        "scan_text": "Hold your phone's camera over this code, or type the address. We ask for "
        "your birth date first.",
        "footer": "Questions? Call %s.",
        "held": "Not to pay yet",
        "held_text": "These are on your account. Please wait: we do not ask for them now.",
        "aging": "How old it is",
        "age.0": "Up to 30 days",
        "age.1": "31 to 60 days",
        "age.2": "61 to 90 days",
        "age.3": "Over 90 days",
        "plan": "Your payment plan",
    },
    "es": {
        "title": "Estado de cuenta %s",
        "chart": "Expediente %s",
        "visit": "Visita del %s",
        "other": "Otros",
        "to_pay": "Por favor pague",
        "due": "Antes del",
        "intro": "Aquí ve lo que cobramos, lo que su plan descontó y pagó, y lo que queda para "
        "usted. Debajo de cada línea puede leer la razón.",
        "column.label": "Qué se hizo",
        "column.charged": "Cargo",
        "column.discount": "Descuento",
        "column.plan_paid": "Pagó el plan",
        "column.paid": "Usted pagó",
        "column.due": "Usted debe",
        "yours": "Su parte de estas visitas",
        "ahead": "Usted pagó por adelantado",
        "how": "Cómo pagar, y qué hacer si no puede",
        "how_text": "Pague con el enlace que le enviamos, en la recepción o con un cheque. Ponga "
        "el número de esta cuenta en el cheque. Si no puede pagar todo de una vez, llámenos. "
        "Podemos acordar pagos más pequeños o ver si hay ayuda para usted. Si una línea parece "
        "mal, díganos. No le pediremos esa línea hasta darle una respuesta.",
        "scan": "Pague o pregunte con su teléfono",
        "scan_text": "Ponga la cámara de su teléfono sobre este código, o escriba la dirección. "
        "Primero le pedimos su fecha de nacimiento.",
        "footer": "¿Preguntas? Llame al %s.",
        "held": "Todavía no hay que pagarlo",
        "held_text": "Esto está en su cuenta. Espere, por favor: ahora no se lo pedimos.",
        "aging": "Qué tan vieja es la deuda",
        "age.0": "Hasta 30 días",
        "age.1": "31 a 60 días",
        "age.2": "61 a 90 días",
        "age.3": "Más de 90 días",
        "plan": "Su plan de pagos",
    },
}

# Why a line is not asked for, as the patient reads it; keys of rules.bills.HELD.
HELD_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "insurance": "Your plan has not decided yet.",
        "question": "You asked about it. We will answer first.",
        "estimate": "You told us that our estimate was lower.",
        "help": "You asked for financial help. We will decide first.",
        "plan": "You pay it by your payment plan.",
        "agency": "Please see our letter about it.",
    },
    "es": {
        "insurance": "Su plan todavía no ha decidido.",
        "question": "Usted preguntó por esto. Primero le daremos una respuesta.",
        "estimate": "Usted nos dijo que el presupuesto era menor.",
        "help": "Usted pidió ayuda económica. Primero decidiremos sobre ella.",
        "plan": "Usted lo paga con su plan de pagos.",
        "agency": "Vea por favor nuestra carta sobre esto.",
    },
}

NOTICES: dict[str, dict[int, dict[str, Any]]] = {
    "en": {
        1: {"title": "Your bill", "text": "This is your part of the visits below. Thank you."},
        2: {
            "title": "A reminder",
            "text": "We sent you this bill before. If you have just paid, thank you. If "
            "something is not clear, call us or ask by the link.",
        },
        3: {
            "title": "This bill is late",
            "text": "The day to pay has passed. Please pay now, or call us this week. We would "
            "like to find a way that works for you.",
        },
        4: {
            "title": "Last notice",
            "text": "This is our last notice. Please pay by the day above, or call us before it. "
            "A payment plan or financial help can still be set up.",
        },
        5: {
            "title": "Before we hand your bill over",
            "reference": "Account %s",
            "paragraphs": [
                "You owe {amount} for visits with us. We have written to you several times and "
                "have no payment and no answer.",
                "If we do not hear from you by {until}, we will give this bill to a collection "
                "agency. We do not want to do that.",
                "You can stop it: pay the bill, ask for a payment plan, or ask for financial "
                "help. If you think the bill is wrong, tell us, and we will look at it first.",
                "Call us at {phone}.",
            ],
        },
        6: {
            "title": "About your estimate",
            "reference": "Claim %s",
            "paragraphs": [
                "Before your visit of {on} we told you that you would likely pay {told}. Your "
                "plan has decided since. Your part is {owed}.",
                "Here is how each service came out. Your bill says why, line by line.",
                "If you think this is wrong, or it is hard to pay, please call us at {phone} "
                "before you pay. We can look at it again, agree on a payment plan, or see if "
                "there is help for you.",
            ],
            "columns": ["Service", "We told you", "Your part"],
            "rest": "Other, or another plan",
            "total": "Together",
        },
    },
    "es": {
        1: {"title": "Su cuenta", "text": "Esta es su parte de las visitas de abajo. Gracias."},
        2: {
            "title": "Un recordatorio",
            "text": "Ya le enviamos esta cuenta. Si acaba de pagar, gracias. Si algo no está "
            "claro, llámenos o pregunte con el enlace.",
        },
        3: {
            "title": "Esta cuenta está atrasada",
            "text": "Ya pasó el día de pago. Pague ahora, por favor, o llámenos esta semana. "
            "Queremos hallar un modo que le sirva.",
        },
        4: {
            "title": "Último aviso",
            "text": "Este es el último aviso. Pague antes del día de arriba o llámenos. Aún "
            "podemos acordar un plan de pagos o ver si hay ayuda para usted.",
        },
        5: {
            "title": "Antes de entregar su cuenta",
            "reference": "Cuenta %s",
            "paragraphs": [
                "Usted debe {amount} por visitas con nosotros. Le escribimos varias veces. No "
                "recibimos ni un pago ni una respuesta.",
                "Si no sabemos de usted antes del {until}, daremos esta cuenta a una agencia de "
                "cobros. No queremos hacer eso.",
                "Usted puede pararlo: pague la cuenta, pida un plan de pagos o pida ayuda. Si "
                "cree que la cuenta está mal, díganos y la veremos primero.",
                "Llámenos al {phone}.",
            ],
        },
        6: {
            "title": "Sobre su presupuesto",
            "reference": "Reclamo %s",
            "paragraphs": [
                "Antes de su visita del {on} le dijimos que quizás pagaría {told}. Su plan ya "
                "decidió. Su parte es {owed}.",
                "Abajo ve cada servicio. Su cuenta dice por qué, línea por línea.",
                "Si cree que está mal o le es difícil pagar, llámenos al {phone} antes de pagar. "
                "Podemos verlo otra vez, acordar un plan de pagos o ver si hay ayuda para usted.",
            ],
            "columns": ["Servicio", "Le dijimos", "Su parte"],
            "rest": "Otro, u otro plan",
            "total": "En total",
        },
    },
}
