"""The words of payment plan agreements and refund letters, in English and Spanish.

A plan of more than four instalments is consumer credit even without interest: the agreement
holds the disclosure of 12 CFR 1026.18 (creditor, amount financed, finance charge, annual
percentage rate, total of payments, schedule, prepayment, late payment, security).
"""

PLAN_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "Payment plan %s",
        "patient": "Patient",
        "promise": "I owe {total}. I will pay it in {count} payments. No interest and no fee is "
        "added. If I pay what is written below on time, nothing else is asked for it.",
        "by_card": "Each payment is charged to my card {card}. I am told {days} days before, by "
        "e-mail, text, phone or letter. One charge is never more than {most}.",
        "by_hand": "I pay each payment myself: at the desk, by mail or by phone.",
        "change": "I can pay earlier or more at any time, at no cost. If I cannot pay, I call "
        "{phone} before the day, and we find another way. I can take "
        "my card off file at any time.",
        "default": "If {missed} payments are missed, the plan can end. Then the rest is due.",
        "disclosure": "Truth in Lending disclosure",
        "creditor": "Creditor",
        "financed": "Amount financed: the credit provided to you",
        "charge": "Finance charge: what the credit costs you",
        "rate": "Annual percentage rate: the cost of your credit as a yearly rate",
        "payments": "Total of payments: what you will have paid",
        "prepay": "Prepayment: if you pay off early, there is no penalty. Late payment: no charge. "
        "Security: none.",
        "column.place": "Payment",
        "column.day": "Due on",
        "column.amount": "Amount",
        "signed": "Signature and date",
        "agreed": "Agreed on %s with %s, %s.",
    },
    "es": {
        "title": "Plan de pagos %s",
        "patient": "Paciente",
        "promise": "Debo {total}. Lo pagaré en {count} pagos. No hay intereses ni cargos. Si pago "
        "a tiempo lo que está escrito abajo, no se me pide nada más.",
        "by_card": "Cada pago se cobra a mi tarjeta {card}. Me avisan {days} días antes, por "
        "correo electrónico, texto, teléfono o carta. Un cobro nunca es mayor de {most}.",
        "by_hand": "Hago cada pago yo mismo: en la recepción, por correo o por teléfono.",
        "change": "Puedo pagar antes o más en cualquier momento, sin costo. Si no puedo pagar, "
        "llamo al {phone} antes de ese día y buscamos otra manera. Puedo retirar mi tarjeta "
        "cuando quiera.",
        "default": "Si faltan {missed} pagos, el plan puede terminar. Entonces se debe todo lo que "
        "queda.",
        "disclosure": "Información sobre el crédito (Truth in Lending)",
        "creditor": "Acreedor",
        "financed": "Monto financiado: el crédito que usted recibe",
        "charge": "Cargo financiero: lo que le cuesta el crédito",
        "rate": "Tasa de porcentaje anual: el costo de su crédito por año",
        "payments": "Total de pagos: lo que habrá pagado",
        "prepay": "Pago anticipado: si paga antes, no hay multa. Pago atrasado: sin cargo. "
        "Garantía: ninguna.",
        "column.place": "Pago",
        "column.day": "Vence el",
        "column.amount": "Importe",
        "signed": "Firma y fecha",
        "agreed": "Acordado el %s con %s, %s.",
    },
}

LETTER_WORDS = {
    "insurer": "Our records show that we were paid more than was due for this patient. We return "
    "the amount below. Please apply it to the patient's claims.",
    "patient": "Your account shows that you paid more than you owed. We return the amount below.",
    "state": "The amount below belongs to a patient whom we could not reach. We hand it over as "
    "unclaimed property.",
}
