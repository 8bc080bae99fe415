"""What an appeal says: the argument for each root cause, in words of our own, to be completed.

What stands in brackets is for the writer to fill in; a letter is not sent while any is left.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple


class Argument(NamedTuple):
    """The body of a letter, and what should be enclosed with it."""

    text: str
    encloses: str
    with_proof: bool = False


_OPEN = re.compile(r"\[[^\]]*\]")
_ARGUMENTS: Mapping[str, Argument] = {
    "authorization": Argument(
        "The service was refused for want of an authorization. [State what holds: the "
        "authorization number and its dates; or why the service could not wait for one; or that "
        "your own list did not ask for one on this day.] The enclosed records show that the "
        "service met the criteria for which an authorization would have been given. We ask you "
        "to review it as if it had been asked for in time, and to pay the claim.",
        "The authorization or its request, and the note of the visit.",
    ),
    "necessity": Argument(
        "The service was refused as not medically necessary. The enclosed note shows the "
        "patient's complaint, findings and what was tried before: [name them]. They meet the "
        "criteria of your policy [number], which asks for [criteria]. The treating provider "
        "judged the service to be needed by accepted standards of practice. Please have a "
        "reviewer of the same specialty look at it, and name the criterion where you differ.",
        "The note of the visit, results, and the part of the policy it answers.",
    ),
    "timely": Argument(
        "The claim was refused as filed too late. It was in your hands in time: the enclosed "
        "acknowledgements give the dates on which our clearinghouse and you took it in. Please "
        "take that date as the day of filing, and decide the claim.",
        "The acknowledgements (999 and 277CA) with their dates.",
        with_proof=True,
    ),
    "bundling": Argument(
        "The service was refused as part of another one of the same day. The enclosed note shows "
        "that the two were separate: [another site, another problem, or another session]. The "
        "NCCI policy manual lets both be paid in this case, and the modifier says so. We ask you "
        "to pay it by itself.",
        "The note of the visit, with both services marked.",
    ),
    "documentation": Argument(
        "Payment was refused because papers were missing. We enclose what you asked for: [name "
        "the papers]. Please decide the claim by them.",
        "The papers that the remark names.",
    ),
    "coding": Argument(
        "The claim was refused because of its codes. They say what was done: [code and what the "
        "note shows for it]. The enclosed note supports every code and the diagnosis it points "
        "to. We ask you to pay the claim as billed.",
        "The note of the visit.",
    ),
    "duplicate": Argument(
        "The service was refused as decided before. It was done [twice on that day, at ... and "
        "at ...], and only one of the two was paid. The enclosed note shows both. We ask you to "
        "pay the second.",
        "The note of the visit, and the decision on the first claim.",
    ),
    "eligibility": Argument(
        "The service was refused because the patient was not covered on that day. You told us "
        "otherwise when we asked: [the day of the answer and its reference]. We gave the service "
        "in reliance on it, and ask you to pay the claim.",
        "Your answer about the coverage of that day.",
    ),
    "other_payer": Argument(
        "The claim was refused because another payer should come first. [Name of the other plan] "
        "says that [it does not cover the patient on that day, or you are the first]. Its letter "
        "is enclosed. We ask you to decide the claim as the first payer.",
        "The other payer's letter or decision.",
    ),
    "enrollment": Argument(
        "The claim was refused because the provider was not on file. The provider has been "
        "enrolled since [day], as your enclosed letter shows. We ask you to decide the claim "
        "anew with that day.",
        "The payer's letter about the enrolment.",
    ),
    "contract": Argument(
        "The claim was not paid as we agreed. Our contract says for this service: [its words]. "
        "We ask you to decide the claim by it.",
        "The page of the contract.",
    ),
    "upheld": Argument(
        "You kept to your first decision. Your letter does not answer this: [what it leaves "
        "out]. We ask for a review by somebody who had no part in the first decision.",
        "Your letter, and what is new since the first appeal.",
    ),
}
_ANY = Argument(
    "We do not agree with this decision. [Say why, with the facts of the visit.] The enclosed "
    "papers show it. We ask you to pay the claim.",
    "The note of the visit.",
)


def argument(cause: str) -> Argument:
    """Return the argument against refusals of a root cause."""
    return _ARGUMENTS.get(cause, _ANY)


def left_open(text: str) -> list[str]:
    """Return what of a letter still waits to be filled in: everything in brackets."""
    return _OPEN.findall(text)
