"""One way to say no."""


class Refused(Exception):
    """An expected refusal. Its message is written for the person at the screen."""


class NotPermitted(Refused):
    """The actor may not do this here."""


class Changed(Refused):
    """Somebody else changed the record in the meantime."""
