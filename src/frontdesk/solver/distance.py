"""How far two places are apart."""

from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

EARTH = 3958.8  # miles, its mean radius


class Spot(NamedTuple):
    """A place on the globe, in degrees."""

    latitude: float
    longitude: float


def miles(one: Spot, other: Spot) -> float:
    """Return the miles between two places as the crow flies (haversine formula)."""
    up, across = radians(other.latitude - one.latitude), radians(other.longitude - one.longitude)
    both = cos(radians(one.latitude)) * cos(radians(other.latitude))
    return 2 * EARTH * asin(min(1.0, sqrt(sin(up / 2) ** 2 + both * sin(across / 2) ** 2)))
