"""A file as people read it: one segment a line."""

MOST_SEGMENTS = 5000


def segments(content: bytes) -> list[str]:
    """Return the segments of an X12 file, or the lines of what is none, up to 5,000."""
    text = content.decode("latin-1")
    terminator = text[105] if text.startswith("ISA") and len(text) > 105 else "\n"
    found = (part.strip() for part in text.split(terminator))
    return [part for part in found if part][:MOST_SEGMENTS]
