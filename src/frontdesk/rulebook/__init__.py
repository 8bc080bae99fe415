"""Rules as data: when they apply, what they do, their own tests. Pure: no Django, no clock."""

from frontdesk.rulebook.actions import ALLOWED, DOES, REPORTS, Action, does_words
from frontdesk.rulebook.conditions import ALONE, COMPARISONS, WORDS, Comparison, Group
from frontdesk.rulebook.conflicts import Conflict, conflicts
from frontdesk.rulebook.contradictions import contradiction
from frontdesk.rulebook.engine import Book, Decision, Outcome, Rule, matches
from frontdesk.rulebook.examples import Tried, lacking, tried
from frontdesk.rulebook.facts import CATALOGUE, KINDS, Fact, Facts, Malformed, fact_of, whole
from frontdesk.rulebook.starter import Starter, starters
from frontdesk.rulebook.unreadable import Unreadable, readable
from frontdesk.rulebook.words import in_words, said, said_of, shown

__all__ = [
    "ALLOWED",
    "ALONE",
    "CATALOGUE",
    "COMPARISONS",
    "DOES",
    "KINDS",
    "REPORTS",
    "WORDS",
    "Action",
    "Book",
    "Comparison",
    "Conflict",
    "Decision",
    "Fact",
    "Facts",
    "Group",
    "Malformed",
    "Outcome",
    "Rule",
    "Starter",
    "Tried",
    "Unreadable",
    "conflicts",
    "contradiction",
    "does_words",
    "fact_of",
    "in_words",
    "lacking",
    "matches",
    "readable",
    "said",
    "said_of",
    "shown",
    "starters",
    "tried",
    "whole",
]
