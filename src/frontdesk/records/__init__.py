"""Documents: card images, signed consents, receipts and statements, kept whole."""
