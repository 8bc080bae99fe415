"""The books: accounts, entries that are never edited, payments and receipts."""
