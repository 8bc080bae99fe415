"""The staff's screens across rooms: today, the patient hub, search, work lists, setup."""
