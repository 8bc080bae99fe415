"""Visits on screen."""
