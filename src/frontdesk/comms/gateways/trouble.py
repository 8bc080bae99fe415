"""What goes wrong on the wire, in words that name no patient."""


class NotDelivered(Exception):
    """Whoever carries messages did not take it. The words name no patient."""

    def __init__(
        self,
        why: str,
        *,
        is_final: bool,
        is_bad_address: bool = False,
        has_opted_out: bool = False,
    ) -> None:
        super().__init__(why)
        self.is_final = is_final  # trying again would not help
        self.is_bad_address = is_bad_address  # nothing sent there will ever arrive
        self.has_opted_out = has_opted_out  # the carrier knows that they want no texts
