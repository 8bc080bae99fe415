"""The office on screen: bills, orders, vendors, payments, budgets."""
