"""What visits are coded with: diagnoses, procedures, modifiers, charges and fees."""
