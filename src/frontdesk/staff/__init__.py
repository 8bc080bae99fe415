"""Who works here: users, roles, sign-in, providers and their tasks."""
