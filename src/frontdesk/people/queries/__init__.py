"""Questions about patients: who is looked for, who may be the same, who may be reached how."""

from frontdesk.people.queries.charts import (
    address_for,
    charts_of,
    consents_of,
    contacts_of,
    family_of,
    kept_chart,
    looked_at,
    may_reach,
    proposed_duplicates,
    recent,
    recent_imports,
)
from frontdesk.people.queries.finding import find, words_like
from frontdesk.people.queries.likeness import Candidate, identity_of, likely_duplicates

__all__ = [
    "Candidate",
    "address_for",
    "charts_of",
    "consents_of",
    "contacts_of",
    "family_of",
    "find",
    "identity_of",
    "kept_chart",
    "likely_duplicates",
    "looked_at",
    "may_reach",
    "proposed_duplicates",
    "recent",
    "recent_imports",
    "words_like",
]
