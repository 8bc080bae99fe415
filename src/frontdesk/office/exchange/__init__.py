"""Payments and budgets on paper and as files of banks and spreadsheets: translation only."""
