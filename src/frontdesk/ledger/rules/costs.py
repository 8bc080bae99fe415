"""What an office spends its money on: the accounts of the costs, by their codes."""

PAYABLE = "payable"  # what is owed to vendors
EQUIPMENT = "equipment"
VENDOR_DISCOUNTS = "income.discounts"
CARD_FEES = "expense.bank"

COSTS = {
    "expense.rent": "Rent",
    "expense.utilities": "Electricity, gas, water",
    "expense.telephone": "Telephone and internet",
    "expense.supplies": "Medical supplies",
    "expense.drugs": "Vaccines and drugs",
    "expense.lab": "Outside laboratory",
    "expense.office": "Office supplies and postage",
    "expense.software": "Software and computers",
    "expense.insurance": "Insurance of the practice",
    "expense.professional": "Legal and accounting",
    "expense.repairs": "Repairs and cleaning",
    "expense.waste": "Medical waste and laundry",
    "expense.marketing": "Marketing",
    "expense.training": "Training and dues",
    "expense.bank": "Bank and card fees",
    "expense.payroll": "Pay and payroll services",
    "expense.taxes": "Taxes and licenses",
    "expense.other": "Other costs",
}
