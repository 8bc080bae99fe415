"""Texts that come in: kept, understood, answered, or left to a person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from frontdesk.comms import queries, rules
from frontdesk.comms.models import Line, Message
from frontdesk.comms.operations.messages import write_message
from frontdesk.comms.rules import Said
from frontdesk.comms.signals import (
    Open,
    Reply,
    question_answered,
    questions_wanted,
    text_received,
)
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import attempt, operation
from frontdesk.people.models import Channel, Patient
from frontdesk.people.operations import say_consent
from frontdesk.practice.models import Practice, save_checked
from frontdesk.staff.operations import open_work, settle_work

NEW = "text.new"  # the kind of a text that nobody has looked at
_TITLE = "A text from {who}"


@operation("comms.send")
def hear(
    *, sender: str, body: str, gateway_id: str, at: datetime, by: Actor, is_opt_out: bool = False
) -> Message:
    """Keep a text that came in. Told twice by the carrier, it is kept once.

    `is_opt_out` says that the carrier has taken it for a STOP and answered it by itself.
    """
    once = f"text:{gateway_id}"
    if known := Message.objects.filter(once=once).first():
        return known
    patients = queries.patients_at(sender)
    message = Message.objects.create(
        patient=patients[0] if len(patients) == 1 else None,
        direction=Message.Direction.IN,
        channel=Channel.SMS,
        address=sender,
        subject=_TITLE.format(who=_who(patients)),
        body=body,
        kind=NEW,
        status=Message.Status.RECEIVED,
        written_at=at,
        gateway_id=gateway_id,
        once=once,
        choices=["opt out"] if is_opt_out else [],
    )
    text_received.send(Message, message=message)
    return message


@operation("comms.send")
def understand(message: Message, *, at: datetime, by: Actor) -> Message:
    """Do what a text says, answer it, or leave it to a person. Asked twice it does it once."""
    message = Message.objects.lock(message.pk)
    if message.kind != NEW:
        return message
    patients = queries.patients_at(message.address)
    said = rules.meaning_of(message.body)
    if "opt out" in message.choices and said not in (Said.STOP, Said.NO):
        said = Said.STOP
    message.kind = f"text.{said}"
    message.save()
    if _is_about_texts(message, said, patients, at, by):
        return message
    if not patients:
        _leave_to_person(message, None, "This number is in no chart.", at, by)
        return message
    return _answered(message, said, patients, at, by)


@operation("comms.send")
def reply_to(message: Message, *, body: str, at: datetime, by: Actor) -> Message:
    """Answer a text that came in, in one's own words; what it left to a person is done by that."""
    if message.direction != Message.Direction.IN:
        raise Refused("Only a text that came in can be answered.")
    patients = queries.patients_at(message.address)
    if any(queries.has_refused(patient, Channel.SMS) for patient in patients):
        raise Refused("They asked for no more texts. Call them instead.")
    if not queries.can_text():
        raise Refused("Texts are not set up.")
    practice = Practice.objects.get(pk=by.practice_id)
    sent = write_message(
        message.patient,
        channel=Channel.SMS,
        address=message.address,
        kind="text.written",
        subject=f"Answer by {by.name}",
        body=f"{practice.name}: {body.strip()}",
        at=at,
        by=by,
    )
    sent.answers = message
    sent.save()
    settle_work(once=f"comms.text:{message.pk}", at=at, by=by)
    return sent


@operation("practice.edit")
def set_line(values: dict[str, object], *, by: Actor) -> Line:
    """Say from which number texts go out, and when nobody is texted."""
    line = queries.the_line()
    try:
        with attempt():
            save_checked(line, values)
    except IntegrityError:  # only the database sees the other practices' numbers
        raise Refused("Another practice here uses this number.") from None
    return line


def _is_about_texts(
    message: Message, said: Said, patients: list[Patient], at: datetime, by: Actor
) -> bool:
    """Do what is about texts as such: STOP, START, HELP. A carrier's STOP may be a CANCEL too."""
    is_by_carrier = "opt out" in message.choices
    if said in (Said.STOP, Said.START) or is_by_carrier:
        is_given = said == Said.START
        for patient in patients:
            say_consent(
                patient, channel=Channel.SMS, is_given=is_given, how="by text", at=at, by=by
            )
    kinds = {
        Said.STOP: "reply.stopped",
        Said.START: "reply.started",
        Said.HELP: "reply.help",
    }
    if said not in kinds:
        return False
    if not is_by_carrier:
        _reply(message, patients, Reply(kinds[said], {}), at, by)
    return True


def _answered(
    message: Message, said: Said, patients: list[Patient], at: datetime, by: Actor
) -> Message:
    asked = queries.asked_of(message.address, at)
    chosen, said = _chosen(message, asked, said)
    opened = _open(asked, chosen)
    opened = opened if chosen else _meant(opened, message.body, said)
    if not opened:
        why = "It answers no question of ours that is still open."
        _leave_to_person(message, patients[0], why, at, by)
        if said != Said.WORDS or not asked:
            _reply(message, patients, Reply("reply.person", {}), at, by)
        return message
    if said != Said.WORDS and len(opened) > 1 and not chosen:
        _ask_which(message, patients, opened, at, by)
        return message
    if said == Said.WORDS:
        opened = opened[:1]
    by_key = {one.pk: one for one in asked}
    for one in opened:
        _carry_out(message, by_key[one.message_id], said, patients, at, by)
    return message


def _carry_out(
    message: Message,
    question: Message,
    said: Said,
    patients: list[Patient],
    at: datetime,
    by: Actor,
) -> None:
    """Let the room whose question it was do what was said, and send what it answers."""
    message.answers = question
    message.patient = message.patient or question.patient
    message.subject_kind, message.subject_id = question.subject_kind, question.subject_id
    message.save()
    told: Sequence[tuple[object, Any]] = question_answered.send(
        Message, question=question, said=said, reply=message, at=at, by=by
    )
    replies: list[Reply] = [answer for _, answer in told if answer is not None]
    if not replies:
        why = "Nothing here can do this by text."
        _leave_to_person(message, question.patient, why, at, by)
        replies = [Reply("reply.person", {})]
    whose = [question.patient] if question.patient else patients
    _reply(message, whose, replies[0], at, by, about=question)


def _chosen(message: Message, asked: list[Message], said: Said) -> tuple[list[UUID], Said]:
    """Return which of the questions we numbered is meant, and what was said of it before."""
    last = asked[0] if asked else None
    if last is None or last.kind != "reply.which" or last.answers is None:
        return [], said
    picked = rules.choice_in(message.body, len(last.choices))
    if not picked:
        return [], said
    return [UUID(last.choices[one]) for one in picked], rules.meaning_of(last.answers.body)


def _open(asked: list[Message], chosen: list[UUID]) -> list[Open]:
    """Return the questions that can still be answered, one a visit, the newest first."""
    ours = [one for one in asked if one.kind != "reply.which"]
    told: Sequence[tuple[object, Any]] = questions_wanted.send(Message, messages=ours)
    known: dict[UUID, Open] = {one.message_id: one for _, several in told for one in several or ()}
    seen: set[UUID | None] = set()
    opened = []
    for question in ours:
        if question.pk in known and question.subject_id not in seen:
            seen.add(question.subject_id)
            opened.append(known[question.pk])
    return [one for one in opened if one.message_id in chosen] if chosen else opened


def _meant(opened: list[Open], body: str, said: Said) -> list[Open]:
    """Return which open questions an answer can mean: one is done, of several it is asked which.

    "C" and "CANCEL" mean visits only. What it is too late for counts while nothing newer was
    asked: whoever says yes to a time that is gone is told so.
    """
    if said == Said.WORDS:
        return [one for one in opened if not one.is_over] or opened
    if rules.is_about_visit(body):
        opened = [one for one in opened if one.is_visit]
    opened = [one for place, one in enumerate(opened) if not (one.is_over and place)]
    return [one for one in opened if not one.is_answered] or opened


def _ask_which(
    message: Message, patients: list[Patient], opened: list[Open], at: datetime, by: Actor
) -> None:
    choices = " ".join(f"{number}: {one.label}." for number, one in enumerate(opened, start=1))
    sent = _reply(message, patients, Reply("reply.which", {"choices": choices}), at, by)
    if sent is not None:
        sent.choices = [str(one.message_id) for one in opened]
        sent.save()


def _reply(
    message: Message,
    patients: list[Patient],
    reply: Reply,
    at: datetime,
    by: Actor,
    about: Message | None = None,
) -> Message | None:
    """Answer a text at once: whoever has just written is awake."""
    if not queries.may_reply(message.address, at):
        return None
    practice = Practice.objects.get(pk=by.practice_id)
    patient = patients[0] if patients else None
    facts = {"practice": practice.name, "phone": practice.phone, **reply.facts}
    facts.setdefault("patient", patient.name if patient else "")
    text = queries.wording(reply.kind, patient.language if patient else "en").filled(facts)
    sent = write_message(
        patient,
        channel=Channel.SMS,
        address=message.address,
        kind=reply.kind,
        subject=text.subject,
        body=text.short,
        once=f"reply:{message.pk}:{about.pk if about else ''}",
        at=at,
        by=by,
    )
    sent.answers = message
    sent.save()
    return sent


def _leave_to_person(
    message: Message, patient: Patient | None, why: str, at: datetime, by: Actor
) -> None:
    open_work(
        kind="comms.text_to_read",
        title=_TITLE.format(who=patient.name if patient else "an unknown number"),
        detail=f"{message.address}: {message.body}\n{why}",
        how_to_fix="Read the text, call back or write, and do what it asks.",
        pool="receptionist",
        subject=message,
        patient_id=patient.pk if patient else None,
        once=f"comms.text:{message.pk}",
        at=at,
        by=by,
    )


def _who(patients: list[Patient]) -> str:
    return " or ".join(one.name for one in patients[:3]) or "an unknown number"
