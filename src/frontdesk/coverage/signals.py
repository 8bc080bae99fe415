"""What this room announces."""

from django.dispatch import Signal

coverage_verified = Signal()  # check, by: a payer's answer was read
authorization_changed = Signal()  # authorization, by: noted, corrected, decided, ended
proposal_decided = Signal()  # proposal, at, by: a named plan was added or set aside
enrolment_changed = Signal()  # enrolment, at, by: asked for, in force, refused, ended
