"""The patient's way through the office: check-in, rooming, vitals, superbill, check-out."""
