"""What other systems give of a whole practice, read into plain rows."""
