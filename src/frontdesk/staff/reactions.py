"""What we do when the sign-in library tells us that somebody came, failed, left or changed."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.staff import operations, queries
from frontdesk.staff.models import Member, User
from frontdesk.staff.signals import password_link_wanted, sign_in_paused
from frontdesk.ui.responses import wear

WRONG = _(
    "That e-mail and password do not match. After five wrong tries signing in pauses for a "
    "while; you can also set a new password."
)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """No sign-up, one answer to whatever is wrong, one practice at a time."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": WRONG,
        "too_many_login_attempts": WRONG,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by themselves: members are invited by their practice."""
        return False

    def reauthenticate(self, user: User, password: str) -> bool:
        """Say whether the signed-in person typed their own password."""
        from allauth.core import context  # set by the library for the request under way

        return bool(self.authenticate(context.request, email=user.email, password=password) == user)

    def post_login(self, request: HttpRequest, user: User, **more: Any) -> HttpResponse:
        """Lead on; whoever belongs to several practices chooses one first."""
        response: HttpResponse = super().post_login(request, user, **more)
        wear(response, user.theme, user.density)
        mine = queries.memberships(user)
        for member in mine:
            operations.sign_in(member, by=_self(member))
        if len(mine) == 1:
            request.session[queries.CHOSEN_PRACTICE] = str(mine[0].practice_id)
            if response.headers["Location"] == "/" and not mine[0].practice.is_set_up:
                response.headers["Location"] = reverse("workspace:setup")
            return response
        onward = urlencode({"next": response.headers["Location"]})
        response.headers["Location"] = f"{reverse('workspace:practices')}?{onward}"
        return response

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """Queue the link: an unknown address must not be told by how long the answer takes."""
        password_link_wanted.send(User, user_id=user.pk, purpose="reset")

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Send nothing: the audit shows what changed, to whoever must know."""

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Return to the person's own page."""
        return reverse("workspace:profile")


def start_clock(sender: Any, *, request: HttpRequest, user: User, **_: Any) -> None:
    """Count rest from the moment of signing in."""
    request.session[queries.LAST_ACTIVE] = int(now().timestamp())


def count_miss(sender: Any, *, credentials: dict[str, Any], **_: Any) -> None:
    """Count a wrong password, and pause sign-in after too many."""
    address = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
    user = User.objects.filter(email=address).first()
    if user is None or user.is_paused(now()):
        return
    user, pause = User.objects.count_miss(user.pk, at=now())
    for member in queries.memberships(user):
        operations.miss_sign_in(member, user=user, by=_door(member))
    if pause:
        minutes = int(pause.total_seconds() // 60)
        sign_in_paused.send(User, user_id=user.pk, minutes=minutes)


def note_leaving(sender: Any, *, request: HttpRequest, user: User | None, **_: Any) -> None:
    """Remember who left, by themselves or because they rested too long."""
    member = queries.member_of_session(request) if user is not None else None
    if member is None:
        return
    leave = (
        operations.sign_off if getattr(request, "signed_off_idle", False) else operations.sign_out
    )
    leave(member, by=_self(member))


def note_new_password(sender: Any, *, user: User, **_: Any) -> None:
    """Remember that a password was set; proving the mailbox also ends a pause."""
    User.objects.forget_misses(user.pk)
    _each(user, operations.set_password)


def note_two_step_on(sender: Any, *, user: User, **_: Any) -> None:
    """Remember that a second step was added."""
    _each(user, operations.add_second_step)


def note_two_step_off(sender: Any, *, user: User, **_: Any) -> None:
    """Remember that a second step was taken away."""
    _each(user, operations.remove_second_step)


def _each(user: User, tell: Callable[..., object]) -> None:
    for member in queries.memberships(user):
        tell(member, by=_self(member))


def _self(member: Member) -> Actor:
    return queries.actor_of(member)


def _door(member: Member) -> Actor:
    """Whoever stands at the sign-in page: not known to be the person they say they are."""
    return Actor(
        name="Sign-in page",
        practice_id=member.practice_id,
        permissions=frozenset({"staff.sign_in"}),
        user_id=member.user_id,
    )
