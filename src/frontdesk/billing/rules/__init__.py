"""Decisions on plain values: what a claim must say, how a remittance balances and posts."""
