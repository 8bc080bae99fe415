"""How Django finds this room, and what it hears."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "frontdesk.staff"

    def ready(self) -> None:
        """Hear of coming and going, and mail what is wanted."""
        # Inside, because models and the sign-in library are there only now.
        from allauth.account import signals as account
        from allauth.mfa import signals as two_step
        from django.contrib.auth import signals as auth

        from frontdesk.staff import jobs, reactions, signals

        auth.user_logged_in.connect(reactions.start_clock)
        auth.user_login_failed.connect(reactions.count_miss)
        auth.user_logged_out.connect(reactions.note_leaving)
        account.password_changed.connect(reactions.note_new_password)
        account.password_set.connect(reactions.note_new_password)
        account.password_reset.connect(reactions.note_new_password)
        two_step.authenticator_added.connect(reactions.note_two_step_on)
        two_step.authenticator_removed.connect(reactions.note_two_step_off)
        signals.password_link_wanted.connect(jobs.queue_password_link)
        signals.sign_in_paused.connect(jobs.queue_pause_notice)
