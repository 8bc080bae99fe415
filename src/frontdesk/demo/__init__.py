"""A made-up practice, built with the real operations."""
