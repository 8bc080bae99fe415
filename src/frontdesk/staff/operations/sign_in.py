"""Coming and going: each is one line in the practice's audit."""

from frontdesk.core import audit
from frontdesk.core.actor import Actor
from frontdesk.core.operation import operation
from frontdesk.staff.models import Member, User


@operation("staff.sign_in")
def sign_in(member: Member, *, by: Actor) -> None:
    """Sign in: earlier wrong passwords are forgotten."""
    User.objects.forget_misses(member.user_id)
    audit.note_look(member, "sign-in")


@operation("staff.sign_in")
def enter_practice(member: Member, *, by: Actor) -> None:
    """Choose the practice to work in."""
    audit.note_look(member, "practice")


@operation("staff.sign_in")
def miss_sign_in(member: Member, *, user: User, by: Actor) -> None:
    """Try to sign in with a wrong password."""
    missed = {"failed_sign_ins": user.failed_sign_ins, "locked_until": user.locked_until}
    before = {"failed_sign_ins": user.failed_sign_ins - 1, "locked_until": None}
    audit.note(user, before=before, after=missed)


@operation("staff.sign_in")
def sign_out(member: Member, *, by: Actor) -> None:
    """Sign out."""
    audit.note_look(member, "sign-out")


@operation("staff.sign_in")
def sign_off(member: Member, *, by: Actor) -> None:
    """Be signed out by the office after resting too long."""
    audit.note_look(member, "sign-off")


@operation("staff.sign_in")
def set_password(member: Member, *, by: Actor) -> None:
    """Set a new password; every other session of the person has ended."""
    audit.note_look(member, "password")


@operation("staff.sign_in")
def add_second_step(member: Member, *, by: Actor) -> None:
    """Add a second step to one's sign-in."""
    audit.note_look(member, "two-step sign-in")


@operation("staff.sign_in")
def remove_second_step(member: Member, *, by: Actor) -> None:
    """Take a second step away from one's sign-in."""
    audit.note_look(member, "two-step sign-in")
