"""The tenant: the practice, its sites, rooms, devices, hours and days off."""
