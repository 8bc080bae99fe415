"""What the practice announces. Rooms above it may react; this room does not know who does."""

from django.dispatch import Signal

closure_decided = Signal()  # closure, by: a day is closed, or open after all

rule_proposed = Signal()  # rule, at, by: something in the house suggests a rule
