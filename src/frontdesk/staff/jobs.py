"""What is mailed to people who work here, after the transaction that asked for it."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django_tasks import task

from frontdesk.staff.gateways import password_link
from frontdesk.staff.models import User

SUBJECTS = {"invite": "Your place at Frontdesk", "reset": "Set a new password"}
PAUSED = "Sign-in to your account is paused"


@task()
def send_password_link(user_id: str, purpose: str) -> None:
    """Mail a link to set a password. It is made only now, so that no queue ever holds it."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return
    days = settings.PASSWORD_RESET_TIMEOUT // (24 * 60 * 60)
    told = {"user": user, "link": password_link(user), "days": days}
    text = render_to_string(f"staff/mail/{purpose}.txt", told)
    send_mail(SUBJECTS[purpose], text, None, [user.email])


@task()
def send_pause_notice(user_id: str, minutes: int) -> None:
    """Tell a person that somebody tried too many wrong passwords for them."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return
    told = {"user": user, "minutes": minutes, "url": settings.PUBLIC_URL}
    send_mail(PAUSED, render_to_string("staff/mail/paused.txt", told), None, [user.email])


def queue_password_link(sender: Any, *, user_id: UUID, purpose: str, **_: Any) -> None:
    """Hear that a link is wanted."""
    send_password_link.enqueue(str(user_id), purpose)


def queue_pause_notice(sender: Any, *, user_id: UUID, minutes: int, **_: Any) -> None:
    """Hear that sign-in was paused."""
    send_pause_notice.enqueue(str(user_id), minutes)
