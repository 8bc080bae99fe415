"""Who pays: payers, plans, policies, eligibility and estimates."""
