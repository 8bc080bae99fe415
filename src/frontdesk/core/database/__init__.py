"""SQLite as a medical office must open it: durable, and with its writers in one fair queue."""
