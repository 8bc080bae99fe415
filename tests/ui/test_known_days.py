"""A day of an address with which nothing can be reckoned is as none."""

import pytest
from django.urls import reverse

PAGES = (
    "scheduling:day", "scheduling:week", "scheduling:month", "scheduling:agenda",
    "scheduling:paper", "ledger:payments", "reports:kpis", "reports:kpi_rows", "reports:close",
    "reports:month", "office:pay",
)  # fmt: skip
NAMES = ("on", "day", "first", "last", "from", "until", "since", "pay_on", "month")


@pytest.mark.parametrize("far", ["9999-12-31", "0001-01-01", "0026-11-23", "9999-12"])
@pytest.mark.parametrize("name", PAGES)
def test_a_day_beyond_all_calendars_is_left_out(clinic, client, name, far):
    client.force_login(clinic.member("manager").user)

    answer = client.get(reverse(name), dict.fromkeys(NAMES if len(far) > 7 else ["month"], far))

    assert answer.status_code == 200


def test_what_is_looked_for_by_its_words_is_kept(clinic, client):
    client.force_login(clinic.member("manager").user)

    page = client.get(reverse("office:vendors"), {"q": "0001-01-01"})

    assert 'value="0001-01-01"' in page.content.decode()
