"""Sandbox: a made-up clearinghouse with payers to train and test against; a program of its own."""
