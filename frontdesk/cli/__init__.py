"""The frontdesk command: serve, demo, sandbox, day, x12, import, backup, audit, doctor."""
