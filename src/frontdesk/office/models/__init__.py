"""The nouns of the office: vendors, orders, bills, payments, budgets."""

from frontdesk.office.models.bills import OPEN, Approval, Bill, BillFile, BillLine, RecurringBill
from frontdesk.office.models.orders import OrderLine, OrderReceipt, PurchaseOrder
from frontdesk.office.models.paying import PaymentItem, PaymentRun, VendorPayment
from frontdesk.office.models.planning import BudgetLine
from frontdesk.office.models.vendors import ApprovalLimit, PaySettings, Vendor, VendorBank

__all__ = [
    "OPEN",
    "Approval",
    "ApprovalLimit",
    "Bill",
    "BillFile",
    "BillLine",
    "BudgetLine",
    "OrderLine",
    "OrderReceipt",
    "PaySettings",
    "PaymentItem",
    "PaymentRun",
    "PurchaseOrder",
    "RecurringBill",
    "Vendor",
    "VendorBank",
    "VendorPayment",
]
