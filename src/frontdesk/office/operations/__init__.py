"""What can be done in the office: order, bill, approve, pay, plan."""

from frontdesk.office.operations.approving import approve_bill, void_bill
from frontdesk.office.operations.bills import (
    Head,
    LikelySame,
    ToBill,
    attach_file,
    change_bill,
    enter_bill,
    enter_recurring,
    save_recurring,
)
from frontdesk.office.operations.handing_out import (
    print_checks,
    write_bank_file,
    write_positive_pay,
)
from frontdesk.office.operations.orders import (
    ToOrder,
    cancel_order,
    close_order,
    place_order,
    receive,
)
from frontdesk.office.operations.paying import note_paid, pay_bills, reissue, void_payment
from frontdesk.office.operations.planning import Planned, set_budget
from frontdesk.office.operations.vendors import (
    confirm_bank,
    export_year,
    propose_bank,
    refuse_bank,
    save_limit,
    save_pay_settings,
    save_vendor,
)

__all__ = [
    "Head",
    "LikelySame",
    "Planned",
    "ToBill",
    "ToOrder",
    "approve_bill",
    "attach_file",
    "cancel_order",
    "change_bill",
    "close_order",
    "confirm_bank",
    "enter_bill",
    "enter_recurring",
    "export_year",
    "note_paid",
    "pay_bills",
    "place_order",
    "print_checks",
    "propose_bank",
    "receive",
    "refuse_bank",
    "reissue",
    "save_limit",
    "save_pay_settings",
    "save_recurring",
    "save_vendor",
    "set_budget",
    "void_bill",
    "void_payment",
    "write_bank_file",
    "write_positive_pay",
]
