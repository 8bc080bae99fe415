"""What this room announces."""

from django.dispatch import Signal

coverage_verified = Signal()  # check, by: a payer's answer was read
authorization_changed = Signal()  # authorization, by: noted, corrected, decided, ended
enrolment_changed = Signal()  # enrolment, at, by: asked for, in force, refused, ended
