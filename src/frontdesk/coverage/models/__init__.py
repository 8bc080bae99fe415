"""Who pays: what is on file, what was asked and found, what patients were told they would owe."""

from frontdesk.coverage.models.authorizing import (
    Authorization,
    AuthorizationDispute,
    AuthorizationEvent,
    AuthorizationEvidence,
    AuthorizationUse,
    AuthorizedService,
)
from frontdesk.coverage.models.enrolling import Enrolment
from frontdesk.coverage.models.finding import (
    Discovery,
    DiscoveryQuestion,
    DiscoveryRule,
    PlanVerification,
    Proposal,
)
from frontdesk.coverage.models.held import (
    Benefit,
    EligibilityCheck,
    Estimate,
    Payer,
    Plan,
    Policy,
    Subscription,
)
from frontdesk.coverage.models.promising import ClaimInFlight, EstimateOutcome, GoodFaithEstimate
from frontdesk.coverage.models.reviewing import AuthorizationRule, ReviewTerms, Stops, Way

__all__ = [
    "Authorization",
    "AuthorizationDispute",
    "AuthorizationEvent",
    "AuthorizationEvidence",
    "AuthorizationRule",
    "AuthorizationUse",
    "AuthorizedService",
    "Benefit",
    "ClaimInFlight",
    "Discovery",
    "DiscoveryQuestion",
    "DiscoveryRule",
    "EligibilityCheck",
    "Enrolment",
    "Estimate",
    "EstimateOutcome",
    "GoodFaithEstimate",
    "Payer",
    "Plan",
    "PlanVerification",
    "Policy",
    "Proposal",
    "ReviewTerms",
    "Stops",
    "Subscription",
    "Way",
]
