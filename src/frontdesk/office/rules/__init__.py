"""Decisions on plain values: terms, matching, duplicates, banks, budgets, cash ahead."""
