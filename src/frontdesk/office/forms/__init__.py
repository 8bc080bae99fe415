"""What a request about vendors, bills, payments and budgets may say."""
