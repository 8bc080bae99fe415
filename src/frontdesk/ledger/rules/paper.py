"""The words of printed receipts, in English and Spanish; "%s" is filled when printed."""

# What a patient agrees to when we keep their card, filled and kept with the card as shown.
CONSENT = (
    "I let {practice} keep my card at its card gateway and charge it for what I owe for my own "
    "care and my family's. One charge is never more than ${most}. I am told {days} days before a "
    "charge that I do not make myself. This ends {ends}, or when I say so."
)

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "Receipt %s",
        "patient": "Patient",
        "chart": "Chart %s",
        "taken_by": "Taken by",
        "total": "Paid on this day",
        "column.number": "Receipt",
        "column.kind": "For",
        "column.method": "Paid with",
        "column.amount": "Amount",
        "copay": "Copay",
        "balance": "Balance",
        "prepayment": "Prepayment",
        "plan": "Payment plan",
        "cash": "Cash",
        "check": "Check",
        "card": "Card",
        "reversed": "taken back",
        "still_owed": "You still owe",
        "credit": "Held for your next bill",
        "insurance": "With your insurance",
        "note": "This payment was taken back: %s",
        "footer": "Thank you. Please keep this receipt. Questions? Call %s.",
    },
    "es": {
        "title": "Recibo %s",
        "patient": "Paciente",
        "chart": "Expediente %s",
        "taken_by": "Recibido por",
        "total": "Pagado en este día",
        "column.number": "Recibo",
        "column.kind": "Por",
        "column.method": "Pagado con",
        "column.amount": "Importe",
        "copay": "Copago",
        "balance": "Saldo",
        "prepayment": "Pago por adelantado",
        "plan": "Plan de pagos",
        "cash": "Efectivo",
        "check": "Cheque",
        "card": "Tarjeta",
        "reversed": "devuelto",
        "still_owed": "Usted todavía debe",
        "credit": "Guardado para su próxima cuenta",
        "insurance": "Con su seguro",
        "note": "Este pago fue devuelto: %s",
        "footer": "Gracias. Guarde este recibo. ¿Preguntas? Llame al %s.",
    },
}
