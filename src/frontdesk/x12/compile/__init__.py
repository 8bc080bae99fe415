"""Guides turned into machines: expressions for segments, a table for their order."""
