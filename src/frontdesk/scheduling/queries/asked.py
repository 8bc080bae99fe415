"""What the office's own rules want asked at a visit, and what a rule would have asked before."""

from collections.abc import Sequence
from uuid import UUID

from frontdesk.rulebook import Book
from frontdesk.scheduling.queries import intake
from frontdesk.scheduling.queries.intake import Question
from frontdesk.scheduling.queries.readiness import Facts, HasKey, facts_of, known_of


def questions_at(appointment: HasKey) -> tuple[Question, ...]:
    """Return what the rules in force want asked at one visit, answered or not."""
    return questions_about(*facts_of([appointment.pk])) if intake.is_asking() else ()


def questions_about(visit: Facts) -> tuple[Question, ...]:
    """Return what is to ask at a visit, booked or only thought of."""
    return known_of([visit]).questions.get(visit.pk, ()) if intake.is_asking() else ()


def questions_tried(book: Book, keys: Sequence[UUID]) -> dict[UUID, tuple[Question, ...]]:
    """Return what rules would ask at these visits if they were in force, by what is known today."""
    return known_of(facts_of(keys), book).questions
