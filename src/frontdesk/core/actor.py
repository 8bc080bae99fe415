"""Who is acting: a staff member, a patient in the portal, a machine, or the clock."""

from dataclasses import dataclass
from uuid import UUID

from frontdesk.core.errors import NotPermitted


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever does something, inside one practice, with the rights they hold now."""

    name: str
    practice_id: UUID
    permissions: frozenset[str]
    user_id: UUID | None = None
    role: str = ""  # as shown beside the name: "Front desk"
    site_ids: frozenset[UUID] = frozenset()  # empty: every site of the practice

    def may(self, permission: str) -> bool:
        """Say whether the permission (`app.verb`) is held."""
        return permission in self.permissions

    def require(self, permission: str) -> None:
        """Refuse with `NotPermitted` unless the permission is held."""
        if not self.may(permission):
            raise NotPermitted(f"{self.name} may not do this ({permission}).")
