"""The kinds of work in the words of the office: "billing.hand_over" is "Ready for collection".

A room names its work `room.reason`; what a person reads beside the list is written here, in one
place, so that two rooms never call two things by one name. `tests/workspace/test_work_kinds.py`
fails when a room leaves work that has no words.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

WORDS: dict[str, Promise] = {
    "billing.agency_report": lazy("Agency reports to read"),
    "billing.appeal_lost": lazy("Appeals lost"),
    "billing.claim_clock": lazy("Filing and appeal limits"),
    "billing.claim_denied": lazy("Denied claims"),
    "billing.claim_held": lazy("Held claims"),
    "billing.claim_late": lazy("Payers late to answer"),
    "billing.claim_rejected": lazy("Rejected claims"),
    "billing.claim_standing": lazy("Payer asks for something"),
    "billing.claim_taken_back": lazy("Payments taken back"),
    "billing.correct_claim": lazy("Claims to correct"),
    "billing.estimate_apart": lazy("Bills above the estimate"),
    "billing.file_not_sent": lazy("Files not sent"),
    "billing.file_rejected": lazy("Files turned away"),
    "billing.file_unreadable": lazy("Files that can’t be read"),
    "billing.hand_over": lazy("Ready for collection"),
    "billing.help": lazy("Requests for financial help"),
    "billing.help_over": lazy("Financial help that ends"),
    "billing.letter": lazy("Letters to send"),
    "billing.mailbox": lazy("Clearinghouse out of reach"),
    "billing.next_plan_unknown": lazy("Next plan unknown"),
    "billing.no_answer": lazy("No answer to a claim"),
    "billing.no_receipt": lazy("No receipt for a file"),
    "billing.not_at_the_bank": lazy("Not at the bank yet"),
    "billing.owed_to_plan": lazy("Owed back to a plan"),
    "billing.provider_adjustment": lazy("Payer’s own adjustments"),
    "billing.question": lazy("Questions about a bill"),
    "billing.remittance_again": lazy("Payments that came again"),
    "billing.remittance_claim": lazy("Payments to place"),
    "billing.remittance_unbalanced": lazy("Remittances that don’t balance"),
    "billing.returned_mail": lazy("Returned mail"),
    "billing.rule_unreadable": lazy("Rules that can’t be read"),
    "billing.tell_agency": lazy("To tell the agency"),
    "billing.underpaid": lazy("Underpaid claims"),
    "billing.unknown_claim": lazy("Answers to unknown claims"),
    "billing.unknown_file": lazy("Answers to unknown files"),
    "billing.write_off_asked": lazy("Write-offs to approve"),
    "comms.letter_to_read": lazy("E-mails to read"),
    "comms.not_delivered": lazy("Messages not delivered"),
    "comms.text_to_read": lazy("Texts to read"),
    "coverage.authorization_ending": lazy("Authorizations that run out"),
    "coverage.authorization_late": lazy("Authorizations overdue"),
    "coverage.by_hand": lazy("Coverage to check by phone"),
    "coverage.differences": lazy("Card and plan differ"),
    "coverage.enrolment": lazy("Enrollments with payers"),
    "coverage.found": lazy("Other coverage found"),
    "coverage.gfe_over": lazy("Good-faith estimates exceeded"),
    "coverage.good_faith": lazy("Good-faith estimates due"),
    "coverage.other_payer": lazy("Other insurance found"),
    "coverage.rule_untaught": lazy("Authorization rules taken back"),
    "coverage.standing": lazy("Coverage not confirmed"),
    "ledger.books_apart": lazy("Books that don’t agree"),
    "ledger.card_ends": lazy("Cards on file that end"),
    "ledger.checks_differ": lazy("Checks that differ"),
    "ledger.dispute": lazy("Disputed at the bank"),
    "ledger.plan_notice": lazy("Instalments to announce"),
    "ledger.plan_trouble": lazy("Payment plans in trouble"),
    "ledger.refund_due": lazy("Refunds due"),
    "ledger.refund_refused": lazy("Refunds that failed"),
    "ledger.reopen": lazy("Closed days to open again"),
    "office.approve": lazy("Bills to approve"),
    "office.bank_details": lazy("Vendors’ bank details"),
    "office.due": lazy("Bills due"),
    "office.recurring": lazy("Recurring bills"),
    "scheduling.away_over_visits": lazy("Visits while somebody is away"),
    "scheduling.bumped": lazy("Visits to move"),
    "scheduling.call_about_time": lazy("Calls about a free time"),
    "scheduling.call_to_book": lazy("Calls to book"),
    "scheduling.freed_time": lazy("Times that came free"),
    "scheduling.late": lazy("Calls about a late provider"),
    "scheduling.not_ready": lazy("Visits not ready"),
    "scheduling.odd": lazy("Schedule to look at"),
    "scheduling.patient_asks": lazy("Patients’ answers to read"),
    "scheduling.repair": lazy("Days to repair"),
    "task": lazy("Tasks"),
    "visits.balance_deferred": lazy("Balances to explain"),
    "visits.charge_missing": lazy("Visits without a charge"),
    "visits.compliance": lazy("Asked for by a rule"),
    "visits.compliance_hold": lazy("Stopped by a rule"),
    "visits.contract_ends": lazy("Payer contracts that end"),
    "visits.follow_up_deferred": lazy("Next visits to book"),
    "visits.forgotten": lazy("Patients left in the building"),
    "visits.left_unseen": lazy("Left without being seen"),
    "visits.superbill_deferred": lazy("Superbills to finish"),
    "visits.superbill_reopened": lazy("Superbills opened again"),
    "visits.told": lazy("Patients’ changes to confirm"),
}


def kind_words(kind: str) -> str:
    """Return the office's words for a kind of work; a practice's own kind reads as it is named.

    "coverage.standing" is "Coverage not confirmed"; "visits.braces_deferred", a check-out step
    of the practice's own that was put off, is "Braces put off".
    """
    if (known := WORDS.get(kind)) is not None:
        return str(known)
    reason = kind.rpartition(".")[2]
    if reason.endswith("_deferred"):
        step = reason.removesuffix("_deferred").replace("_", " ").capitalize()
        return _("%(step)s put off") % {"step": step}
    return reason.replace("_", " ").capitalize() or _("Other")
