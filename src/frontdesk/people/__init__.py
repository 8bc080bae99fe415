"""Patients and those around them: guarantors, contacts, consents; finding and merging."""
