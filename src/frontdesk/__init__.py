"""Frontdesk: the open system that runs a medical office."""

__version__ = "0.1.0"
