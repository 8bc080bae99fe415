"""Claims from superbill to cash: charges, scrubbing, remittances, statements."""
