"""What payers want authorizations for, and how they are asked."""

from typing import Any

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.coverage.models import AuthorizationRule, ReviewTerms


@operation("coverage.payers")
def save_authorization_rule(
    rule: AuthorizationRule | None, values: dict[str, Any], *, by: Actor
) -> AuthorizationRule:
    """Write a rule down, or change it."""
    rule = AuthorizationRule.objects.lock(rule.pk) if rule else AuthorizationRule()
    for name, value in values.items():
        setattr(rule, name, value)
    rule.code = rule.code.strip().upper()
    if not rule.code and not rule.visit_type:
        raise Refused("Name a service code or a type of visit.")
    if rule.from_on and rule.until_on and rule.until_on < rule.from_on:
        raise Refused("The rule would end before it starts.")
    rule.save()
    return rule


@operation("coverage.payers")
def save_review_terms(
    terms: ReviewTerms | None, values: dict[str, Any], *, by: Actor
) -> ReviewTerms:
    """Write down how a payer is asked."""
    terms = ReviewTerms.objects.lock(terms.pk) if terms else ReviewTerms()
    for name, value in values.items():
        setattr(terms, name, value)
    same = ReviewTerms.objects.filter(payer=terms.payer).exclude(pk=terms.pk)
    if same.exists():
        raise Refused(f"{terms.payer.name} is on the list already.")
    terms.save()
    return terms
