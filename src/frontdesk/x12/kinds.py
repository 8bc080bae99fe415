"""What a file is, told from its first bytes."""

OTHER = "OTHER"  # what it is nobody can tell: kept whole and given to a person
STATUS_REPORTS = {"005010X214": "277CA"}


def kind_of(head: bytes) -> str:
    """Tell what a file is from its first bytes: TA1, 999, 277CA, 835 …, or `OTHER`."""
    text = head.decode("latin-1").lstrip()
    if len(text) < 106 or text[:3].upper() != "ISA":
        return OTHER
    separator, terminator = text[3], text[105]
    segments = [one.strip().split(separator) for one in text[106:].split(terminator)]
    for segment in segments:
        if segment[0].upper() == "ST" and len(segment) > 1:
            guide = segment[3] if len(segment) > 3 else ""
            return STATUS_REPORTS.get(guide, segment[1])[:6]
    return "TA1" if segments and segments[0][0].upper() == "TA1" else OTHER
