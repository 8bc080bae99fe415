"""The words of a good-faith estimate, in English and Spanish; "%" is filled when printed.

The disclaimers say what 45 CFR 149.610(c)(1)(vii)–(x) asks for, in our own plain words.
"""

from typing import Any

WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "title": "Good-faith estimate %s",
        "heading": "What your care is expected to cost",
        "for": "For",
        "born": "Born %s",
        "primary": "Care planned",
        "on": "Day",
        "no_day": "No day is set yet",
        "code": "Code",
        "what": "What is planned",
        "diagnosis": "Diagnosis",
        "no_diagnosis": "not known yet",
        "units": "Units",
        "each": "Each",
        "amount": "Expected charge",
        "total": "Expected charges together",
        "providers": "Who gives this care",
        "npi": "NPI",
        "tin": "Tax ID",
        "separate": "Booked and estimated apart",
        "no_separate": "Nothing that must be booked apart is known.",
        "rights": "What you should know",
        "disclaimers": [
            "There may be other items or services we recommend that must be booked or asked for "
            "apart and are not in this estimate.",
            "This is only an estimate of what can be foreseen today. What is done, and what it "
            "costs, may differ.",
            "If you are billed $400 or more above this estimate, you may dispute the bill: ask us "
            "to correct it, or start a dispute with the U.S. Department of Health and Human "
            "Services within 120 days of the first bill, at www.cms.gov/nosurprises or "
            "1-800-985-3059. A dispute does not lower the quality of your care.",
            "This estimate is not a contract. You do not have to get the care from us.",
            "Keep it: you may need it for a dispute. Questions? Call %phone.",
        ],
    },
    "es": {
        "title": "Estimado de buena fe %s",
        "heading": "Lo que se espera que cueste su atención",
        "for": "Para",
        "born": "Fecha de nacimiento: %s",
        "primary": "Atención prevista",
        "on": "Día",
        "no_day": "Todavía no hay fecha",
        "code": "Código",
        "what": "Qué está previsto",
        "diagnosis": "Diagnóstico",
        "no_diagnosis": "aún no se conoce",
        "units": "Unidades",
        "each": "Cada una",
        "amount": "Cargo esperado",
        "total": "Total de cargos esperados",
        "providers": "Quién da esta atención",
        "npi": "NPI",
        "tin": "Número fiscal",
        "separate": "Se programa y se estima aparte",
        "no_separate": "No se conoce nada que deba programarse aparte.",
        "rights": "Lo que debe saber",
        "disclaimers": [
            "Puede haber otros artículos o servicios que recomendemos, que deben programarse o "
            "pedirse aparte y que no están en este estimado.",
            "Es sólo un estimado de lo que se puede prever hoy. Lo que se haga, y lo que cueste, "
            "puede ser distinto.",
            "Si le cobran $400 o más por encima de este estimado, puede disputar la factura: "
            "pídanos que la corrijamos, o inicie una disputa ante el Departamento de Salud y "
            "Servicios Humanos de EE. UU. dentro de los 120 días de la primera factura, en "
            "www.cms.gov/nosurprises o al 1-800-985-3059. Una disputa no afecta la calidad de "
            "su atención.",
            "Este estimado no es un contrato. No está obligado a recibir la atención con nosotros.",
            "Guárdelo: puede necesitarlo para una disputa. ¿Preguntas? Llame al %phone.",
        ],
    },
}
