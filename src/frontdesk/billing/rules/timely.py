"""Until when a payer takes a claim."""

from datetime import date, timedelta

from frontdesk.billing.rules.secondary import MEDICARE


def last_day_to_file(on: date, *, days: int, filing: str) -> date:
    """Return the last day: the contract's days, or one calendar year for Medicare.

    42 CFR 424.44: a service of Feb 29 must be billed by Feb 28 of the next year.
    """
    if filing not in MEDICARE:
        return on + timedelta(days=days)
    try:
        return on.replace(year=on.year + 1)
    except ValueError:  # Feb 29
        return on.replace(year=on.year + 1, day=28)
