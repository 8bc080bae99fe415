"""The words of printed statements, in English and Spanish; "%s" is filled when printed."""

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "Statement %s",
        "chart": "Chart %s",
        "visit": "Visit of %s",
        "other": "Other",
        "to_pay": "Please pay",
        "due": "By",
        "intro": "This shows what we charged, what your plan took off and paid, and what is left "
        "for you, with the reason.",
        "column.label": "What was done",
        "column.charged": "Charge",
        "column.discount": "Taken off",
        "column.plan_paid": "Plan paid",
        "column.paid": "You paid",
        "column.due": "You owe",
        "yours": "Your part of these visits",
        "ahead": "You paid ahead",
        "how": "How to pay",
        "how_text": "Pay at the front desk, or by check with this statement's number on it. If "
        "you can't pay it all at once, call us: we can agree on smaller parts.",
        "footer": "Questions? Call %s.",
    },
    "es": {
        "title": "Estado de cuenta %s",
        "chart": "Expediente %s",
        "visit": "Visita del %s",
        "other": "Otros",
        "to_pay": "Por favor pague",
        "due": "Antes del",
        "intro": "Aquí ve lo que cobramos, lo que su plan descontó y pagó, y lo que queda para "
        "usted, con la razón.",
        "column.label": "Qué se hizo",
        "column.charged": "Cargo",
        "column.discount": "Descuento",
        "column.plan_paid": "Pagó el plan",
        "column.paid": "Usted pagó",
        "column.due": "Usted debe",
        "yours": "Su parte de estas visitas",
        "ahead": "Usted pagó por adelantado",
        "how": "Cómo pagar",
        "how_text": "Pague en la recepción, o con un cheque que lleve el número de este estado de "
        "cuenta. Si no puede pagarlo todo de una vez, llámenos: podemos acordar pagos más "
        "pequeños.",
        "footer": "¿Preguntas? Llame al %s.",
    },
}
