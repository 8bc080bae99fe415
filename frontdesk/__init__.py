"""Frontdesk: the open system that runs a medical office."""
