"""Whether a diagnosis of its line makes a service medically necessary, by the payer's policies.

Source: Social Security Act 1862(a)(1)(A); CMS IOM 100-08, ch. 13 (local coverage determinations).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from frontdesk.coding.rules.edits import STOP, Finding, Line

# A notice was signed, the denial is expected, or it is excluded anyway: the claim says so itself.
# Source: CMS IOM 100-04, ch. 30, 50.
DENIAL_FORESEEN = frozenset({"GA", "GX", "GY", "GZ"})
_HEADING = 3  # characters of a category: E53


@dataclass(frozen=True, slots=True)
class Policy:
    """What a policy says of a procedure; diagnoses are without their point."""

    name: str
    title: str
    code: str
    supports: frozenset[str]
    refuses: frozenset[str]
    source: str


def unsupported(lines: Sequence[Line], policies: Mapping[str, Sequence[Policy]]) -> list[Finding]:
    """Return each line whose diagnoses no policy about its procedure covers."""
    found = []
    for line in lines:
        about = policies.get(line.code, ())
        if not about or not line.diagnoses or DENIAL_FORESEEN & set(line.modifiers):
            continue
        if not any(_covers(policy, line.diagnoses) for policy in about):
            found.append(_not_covered(line, about[0]))
    return found


def _covers(policy: Policy, diagnoses: Collection[str]) -> bool:
    for diagnosis in diagnoses:
        bare = diagnosis.replace(".", "")
        said = {bare[:length] for length in range(_HEADING, len(bare) + 1)}
        if not said & policy.refuses and (not policy.supports or said & policy.supports):
            return True
    return False


def _not_covered(line: Line, policy: Policy) -> Finding:
    said = {"code": line.code, "policy": policy.name, "dx": ", ".join(line.diagnoses)}
    return Finding(
        "LCD",
        line.code,
        _("%(code)s is not paid for %(dx)s under %(policy)s.") % said,
        _(
            "Link the diagnosis that the record shows and the policy lists. If there is none, add "
            "GA when the patient signed the notice (ABN) beforehand, GZ when not."
        ),
        STOP,
        " ".join(filter(None, (policy.name, policy.title, policy.source))),
    )
