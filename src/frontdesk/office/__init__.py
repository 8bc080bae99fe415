"""The office as a business: vendors, orders, bills, what is paid, budgets, cash ahead."""
