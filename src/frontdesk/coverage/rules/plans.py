"""What an answer says of a plan for everybody on it, apart from what one person has used."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from frontdesk.coverage.rules.benefits import WHOLE_PLAN, BenefitSummary, Fact, summary_of

NAMES = {
    "copay": "copay",
    "coinsurance": "coinsurance",
    "deductible": "deductible",
    "out_of_pocket": "yearly limit",
    "needs_authorization": "authorization",
    "is_excluded": "not covered",
}
Benefits = Mapping[str, Mapping[str, str]]


def plan_benefits(facts: Iterable[Fact], service_types: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return what holds for everybody, by service type: figures as text, so that they compare.

    What is left of a yearly amount is the person's own and is not among them.
    """
    held = list(facts)
    told = {
        service: _shared(summary_of(held, [service]))
        for service in dict.fromkeys([WHOLE_PLAN, *service_types])
    }
    return {service: figures for service, figures in told.items() if figures}


def changes(before: Benefits, after: Benefits) -> list[dict[str, str]]:
    """List what a plan says differently than before, for services both speak of."""
    return [
        {"service": service, "what": NAMES[name], "was": was, "is": after[service].get(name, "")}
        for service in before
        if service in after
        for name, was in before[service].items()
        if after[service].get(name, "") not in {was, ""}
    ]


def figures_words(figures: Mapping[str, str]) -> str:
    """Say the figures of one service: "copay $25.00, coinsurance 20 %"."""
    told = []
    for name, value in figures.items():
        if name == "coinsurance":
            told.append(f"coinsurance {Decimal(value) * 100:.0f} %")
        elif name == "needs_authorization":
            told.append("authorization needed" if value == "yes" else "no authorization")
        elif name == "is_excluded":
            told.append("not covered")
        else:
            told.append(f"{NAMES[name]} ${Decimal(value):,.2f}")
    return ", ".join(told)


def _shared(said: BenefitSummary) -> dict[str, str]:
    figures = {
        name: _plain(figure.amount)
        for name in ("copay", "coinsurance", "deductible", "out_of_pocket")
        if (figure := getattr(said, name)) is not None and not figure.is_uncertain
    }
    if said.needs_authorization is not None:
        figures["needs_authorization"] = "yes" if said.needs_authorization else "no"
    if said.is_excluded:
        figures["is_excluded"] = "yes"
    return figures


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
