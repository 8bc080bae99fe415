"""Roles: one table a manager can read. A person may hold several; rights add up."""

from typing import NamedTuple


class Role(NamedTuple):
    """What a role is called, and what it may do (`room.verb`)."""

    label: str
    says: str
    permissions: frozenset[str]


_EVERYBODY = (
    "people.find people.view scheduling.view visits.view comms.view staff.sign_in staff.work "
    "practice.view coding.view records.view visits.call"
)
_DESK = (
    "people.register people.edit scheduling.book scheduling.cancel scheduling.hold "
    "scheduling.repair scheduling.late scheduling.waitlist scheduling.answer_offer "
    "scheduling.ready scheduling.plan coverage.view coverage.edit coverage.verify "
    "coverage.estimate visits.arrive visits.check_in "
    "visits.move visits.check_out records.capture records.sign ledger.view ledger.take_payment "
    "ledger.drawer ledger.deposit ledger.plan comms.send billing.statement billing.ask"
)
_MONEY = (
    "office.view office.bill office.approve office.pay office.bank "
    "billing.view billing.claim billing.remit billing.statement billing.charge ledger.view "
    "billing.ask billing.answer billing.collect billing.unpost "
    "ledger.take_payment ledger.adjust ledger.refund ledger.plan ledger.drawer ledger.deposit "
    "reports.books "
    "coverage.view coverage.edit coverage.verify "
    "coverage.estimate coding.edit people.edit visits.superbill comms.send records.capture "
    "practice.rules"
)
_MANAGER = (
    "billing.agree "
    "office.budget office.set "
    "practice.edit staff.view staff.edit staff.assign visits.policy "
    "ledger.policy ledger.approve_refund "
    "scheduling.templates scheduling.override scheduling.figures scheduling.export "
    "scheduling.feeds people.merge people.import "
    "coding.edit "
    "coverage.payers records.forms visits.set_check_in ledger.close billing.reports audit.view "
    "billing.help billing.hand_over billing.policy"
)


def _of(label: str, says: str, *permissions: str) -> Role:
    return Role(label, says, frozenset(" ".join((_EVERYBODY, *permissions)).split()))


ROLES: dict[str, Role] = {
    "receptionist": _of(
        "Front desk", "Registers, books, checks in and out, takes payments.", _DESK
    ),
    "scheduler": _of(
        "Scheduler",
        "Registers and books, over-books with a reason, plans sessions.",
        "people.register people.edit scheduling.book scheduling.cancel scheduling.hold "
        "scheduling.override scheduling.templates scheduling.repair scheduling.late "
        "scheduling.export scheduling.feeds "
        "scheduling.waitlist scheduling.answer_offer scheduling.ready scheduling.figures "
        "scheduling.plan "
        "coverage.view coverage.verify comms.send",
    ),
    "assistant": _of(
        "Medical assistant",
        "Rooms patients, takes vitals, prepares the superbill.",
        "visits.arrive visits.move visits.room visits.vitals visits.superbill people.edit "
        "scheduling.late scheduling.ready scheduling.plan records.capture coverage.view",
    ),
    "provider": _of(
        "Provider",
        "Sees patients, signs superbills.",
        "visits.move visits.room visits.vitals visits.superbill visits.sign scheduling.book "
        "scheduling.late scheduling.ready scheduling.plan records.capture coverage.view "
        "billing.view",
    ),
    "biller": _of("Biller", "Claims, remittances, statements, adjustments.", _MONEY),
    "records_clerk": _of(
        "Records clerk",
        "Files and captures documents.",
        "records.capture records.sign people.edit comms.send",
    ),
    "manager": _of(
        "Office manager",
        "Everything of the desk and of billing, settings, staff, the audit.",
        _DESK,
        _MONEY,
        _MANAGER,
    ),
    "compliance": _of(
        "Compliance officer", "Reads the audit and who may what.", "audit.view staff.view"
    ),
    "administrator": _of(
        "Administrator",
        "Sets the practice up: settings, staff, imports. No money.",
        "practice.edit staff.view staff.edit staff.assign visits.policy audit.view "
        "people.import coding.edit coverage.payers scheduling.templates records.forms",
    ),
}

RIGHTS = {  # every right in words, in the order of the house
    "people.find": "Find patients",
    "people.view": "Open charts",
    "people.register": "Register patients",
    "people.edit": "Correct charts, contacts, consents",
    "people.merge": "Merge duplicate charts",
    "people.import": "Import patients",
    "scheduling.view": "See the schedule",
    "scheduling.hold": "Hold a time",
    "scheduling.book": "Book and move visits",
    "scheduling.cancel": "Cancel visits, note no-shows",
    "scheduling.override": "Double-book, with a reason",
    "scheduling.templates": "Set visit types, sessions, time off",
    "scheduling.repair": "Repair a day on which somebody is out, call bumped patients",
    "scheduling.late": "Say that a provider runs late, and tell the patients",
    "scheduling.waitlist": "Keep the waitlist, offer freed times",
    "scheduling.answer_offer": "Answer an offered time: for a caller, or one's own by link",
    "scheduling.ready": "Note what visits need, and what is there",
    "scheduling.plan": "Plan visits for later, work through recalls",
    "scheduling.answer_late": "Answer a message about a late provider by link (patients)",
    "scheduling.export": "Take lists of visits out as files, print the downtime kit",
    "scheduling.feeds": "Make and take back calendar addresses of providers",
    "scheduling.figures": "See access figures and the risk of no-shows",
    "scheduling.answer": "Confirm, cancel or move one's own visit by link (patients)",
    "scheduling.book_self": "Choose a time for one's own due visit by link (patients)",
    "coverage.view": "See insurance and benefits",
    "coverage.edit": "Enter insurance",
    "coverage.verify": "Ask payers about coverage",
    "coverage.estimate": "Estimate what a patient will owe",
    "coverage.payers": "Set payers and contracts",
    "visits.view": "See today's board",
    "visits.arrive": "Note arrivals, take walk-ins",
    "visits.check_in": "Check patients in",
    "visits.check_in_self": "Check oneself in by link or tablet (patients)",
    "visits.kiosk": "Ask who stands at the tablet (tablets)",
    "visits.set_check_in": "Set what check-in and check-out ask, and tablets",
    "visits.move": "Move patients through the office",
    "visits.call": "Call people, answer calls, write to a room",
    "visits.policy": "Set alarms and the lobby's display",
    "visits.room": "Room patients",
    "visits.vitals": "Take vitals",
    "visits.superbill": "Fill superbills in",
    "visits.sign": "Sign superbills",
    "visits.check_out": "Check patients out",
    "records.view": "See documents",
    "records.capture": "File documents, cards, photos",
    "records.sign": "Take signatures on consents",
    "records.forms": "Set consent forms",
    "ledger.view": "See accounts",
    "ledger.take_payment": "Take payments",
    "ledger.adjust": "Write off and adjust",
    "ledger.refund": "Refund and reverse payments",
    "ledger.plan": "Agree on payment plans and change them",
    "ledger.approve_refund": "Approve refunds of any sum",
    "ledger.policy": "Set the rules for plans, refunds and small balances",
    "ledger.drawer": "Open and count one's cash drawer",
    "ledger.deposit": "Make deposits and confirm them",
    "ledger.close": "Close the books, count others' drawers",
    "billing.view": "See claims and remittances",
    "billing.charge": "Post charges",
    "billing.claim": "Correct and send claims",
    "billing.remit": "Post remittances",
    "billing.unpost": "Take back what was posted wrongly from a remittance",
    "billing.agree": "Agree to write-offs above the limit",
    "billing.statement": "Send statements and links to pay",
    "billing.ask": "Write down questions about bills and requests for help; patients by link",
    "billing.answer": "Answer patients' questions about bills",
    "billing.help": "Decide about financial help",
    "billing.collect": "Prepare bills for a collection agency, read its reports, call back",
    "billing.hand_over": "Approve last letters, hand bills over to a collection agency",
    "billing.policy": "Set how patients are billed and helped, and collection agencies",
    "billing.pay_self": "Pay one's own bill by link (patients)",
    "billing.reports": "See the practice's figures",
    "reports.books": "See the books: what is owed, trial balance, profit and loss",
    "office.view": "See vendors, bills and budgets",
    "office.bill": "Enter vendors, orders and bills",
    "office.approve": "Approve bills of others, up to one's limit",
    "office.pay": "Pay bills, print checks, write bank files",
    "office.bank": "Confirm bank details that somebody else noted, take the 1099 list out",
    "office.budget": "Set budgets",
    "office.set": "Set the account bills are paid from, and who approves how much",
    "comms.view": "See messages",
    "comms.send": "Send messages",
    "comms.opt_out": "Ask for no more e-mails by link (patients)",
    "comms.follow_link": "Open a link without signing in (patients)",
    "coding.view": "Look codes and prices up",
    "coding.edit": "Set charges and fees",
    "practice.view": "See sites, rooms, hours",
    "practice.edit": "Change the practice, sites, providers",
    "practice.rules": "Write rules, try them, put them in force",
    "staff.sign_in": "Sign in",
    "staff.work": "Work on the lists of one's roles",
    "staff.assign": "See every list",
    "staff.view": "See who works here",
    "staff.edit": "Invite people, give and take roles",
    "audit.view": "Read and export the audit",
}

# What somebody may do who came by a link without signing in: exactly this, and the link's page
# asks it about the link's own patient and subject only.
LINK_PERMISSIONS: dict[str, frozenset[str]] = {
    purpose: frozenset(("comms.follow_link", *rights.split()))
    for purpose, rights in {
        "check_in": "visits.check_in_self",  # say what is right, sign, arrive, for one visit
        "kiosk": "visits.kiosk",  # a tablet of the office: find who stands before it
        "lobby": "",  # the display in the waiting room: numbers, no names
        "position": "",  # one's own place in line, on one's own phone
        "provider_calendar": "",  # when a provider is booked, no names
        "unsubscribe": "comms.opt_out",  # ask for no more e-mails
        "book": "scheduling.book_self",  # choose a time for a visit that is due, once
        "offer": "scheduling.answer_offer",  # take an earlier time, or say no
        "appointment": "scheduling.answer",  # confirm, cancel or move one visit
        "pay": "billing.pay_self billing.ask",  # read a bill, pay it, ask about it, ask for help
        "estimate": "",  # read the good-faith estimate that was given
        "late": "scheduling.answer_late",  # keep the new time of a late provider, or take another
    }.items()
}

EVERY_PERMISSION = frozenset().union(
    *(role.permissions for role in ROLES.values()), *LINK_PERMISSIONS.values()
)


def permissions_of(roles: list[str]) -> frozenset[str]:
    """Return the rights of somebody who holds these roles; an unknown role gives none."""
    held = (ROLES[name].permissions for name in roles if name in ROLES)
    return frozenset().union(*held)


def label_of(roles: list[str]) -> str:
    """Return the roles as shown beside a name."""
    return ", ".join(ROLES[name].label for name in roles if name in ROLES)
