"""How Django finds this room."""

from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    name = "frontdesk.scheduling"

    def ready(self) -> None:
        """Hear of bookings."""
        from importlib import import_module

        from frontdesk.core.signals import entry_kept
        from frontdesk.scheduling.jobs import planned, repairing, verifying, waitlist
        from frontdesk.scheduling.queries import remembered

        verifying.listen()
        waitlist.listen()
        repairing.listen()
        planned.listen()
        entry_kept.connect(remembered.learn_own, dispatch_uid="scheduling.entry_kept")
        import_module("frontdesk.scheduling.reactions")
