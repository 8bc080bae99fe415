"""What is answered by text to a text."""

from frontdesk.comms.rules.saying import Text, Wording


def _reply(label: str, facts: str, english: str, spanish: str, *, asks: bool = False) -> Wording:
    names = ("practice", "phone", "patient", *facts.split())
    return Wording(
        label,
        names,
        {
            "en": Text("A message from $practice", f"{english}\n\n$practice", english),
            "es": Text("Un mensaje de $practice", f"{spanish}\n\n$practice", spanish),
        },
        asks,
    )


WORDINGS: dict[str, Wording] = {
    "reply.stopped": _reply(
        "Answer: no more texts",
        "",
        "$practice: You will get no more texts from us. Reply START to get them again.",
        "$practice: Ya no recibirá textos nuestros. Responda START para recibirlos otra vez.",
    ),
    "reply.started": _reply(
        "Answer: texts again",
        "",
        "$practice: You will get our texts again. Reply STOP to stop them.",
        "$practice: Recibirá nuestros textos otra vez. Responda ALTO para no recibirlos.",
    ),
    "reply.help": _reply(
        "Answer: help",
        "",
        "$practice: For help call $phone. Reply STOP to stop texts.",
        "$practice: Para ayuda llame al $phone. Responda ALTO para no recibir textos.",
    ),
    "reply.which": _reply(
        "Answer: which visit?",
        "choices",
        "$practice: Which one do you mean? Reply with its number, or ALL. $choices",
        "$practice: ¿Cuál cita? Responda con su número, o TODAS. $choices",
        asks=True,
    ),
    "reply.person": _reply(
        "Answer: a person reads it",
        "",
        "$practice: Thank you. A person will read your message. In an emergency call 911. "
        "To reach us now call $phone.",
        "$practice: Gracias. Una persona leerá su mensaje. En una emergencia llame al 911. "
        "Para hablar con nosotros llame al $phone.",
    ),
    "reply.confirmed": _reply(
        "Answer: visit confirmed",
        "when",
        "$practice: Thank you. We will see you on $when.",
        "$practice: Gracias. Le esperamos: $when.",
    ),
    "reply.cancelled": _reply(
        "Answer: visit cancelled",
        "when",
        "$practice: Your visit on $when is cancelled. For a new time call $phone.",
        "$practice: Su cita del $when fue cancelada. Para otra hora llame al $phone.",
    ),
    "reply.move": _reply(
        "Answer: choose another time",
        "link",
        "$practice: Pick a new time that is good for you here: $link",
        "$practice: Elija otra hora aquí: $link",
    ),
    "reply.offer_taken": _reply(
        "Answer: the earlier time is yours",
        "when",
        "$practice: Thank you. The time is yours: $when.",
        "$practice: Gracias. La hora es suya: $when.",
    ),
    "reply.offer_gone": _reply(
        "Answer: the earlier time is gone",
        "when",
        "$practice: Sorry, $when is not free any more. You stay on our list, and nothing else "
        "changes.",
        "$practice: Lo sentimos, $when ya no está libre. Sigue en nuestra lista y nada más cambia.",
    ),
    "reply.offer_declined": _reply(
        "Answer: no to an earlier time",
        "when",
        "$practice: Thank you. We will give $when to somebody else. You stay on our list, and "
        "nothing else changes.",
        "$practice: Gracias. Daremos a otra persona: $when. Sigue en nuestra lista y nada más "
        "cambia.",
    ),
    "reply.offer_busy": _reply(
        "Answer: the earlier time is being looked at",
        "when",
        "$practice: Our office is looking at $when just now. Please reply YES again in 5 minutes.",
        "$practice: La oficina está mirando esta hora: $when. Responda SÍ otra vez en 5 minutos.",
    ),
    "reply.call_us": _reply(
        "Answer: please call",
        "",
        "$practice: We cannot change that by text now. Please call $phone.",
        "$practice: No podemos cambiar eso por texto ahora. Llame al $phone.",
    ),
}
