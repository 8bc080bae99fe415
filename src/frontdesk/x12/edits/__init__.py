"""Edits: what makes a payer send a message back although its guide allows it (SNIP 4 to 6)."""
