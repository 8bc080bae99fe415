"""Who can sign in to the demo practice. Shown when it opens; it exists nowhere else."""

from typing import NamedTuple

PASSWORD = "frontdesk demo office"  # noqa: S105 - made to be shown


class Login(NamedTuple):
    """A member of the demo practice's staff."""

    role: str
    role_label: str
    name: str
    email: str


LOGINS = [
    Login("receptionist", "Front desk", "Maya Ortiz", "maya@demo.example"),
    Login("scheduler", "Scheduler", "Theo Brandt", "theo@demo.example"),
    Login("assistant", "Medical assistant", "Lena Fischer", "lena@demo.example"),
    Login("provider", "Provider", "Dr. Amara Osei", "osei@demo.example"),
    Login("biller", "Biller", "Omar Haddad", "omar@demo.example"),
    Login("records_clerk", "Records clerk", "Ruth Adler", "ruth@demo.example"),
    Login("manager", "Office manager", "Grace Kim", "grace@demo.example"),
    Login("compliance", "Compliance officer", "Paul Novak", "paul@demo.example"),
    Login("administrator", "Administrator", "Ada Berg", "ada@demo.example"),
]
