"""Pages behind links: the door, and one module a purpose."""
