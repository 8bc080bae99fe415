"""The figures of the money on screen and as files: who may, what they say, where they lead."""

import csv
import io
from decimal import Decimal
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from frontdesk.reports.models import KpiTerms
from frontdesk.reports.queries import kpis
from frontdesk.reports.rules.kpis import MEASURES
from tests.reports.kpi_story import Story
from tests.reports.test_kpis import ON, counted, day, story

__all__ = ["story"]
NAMES = ("kpis", "kpi", "kpi_rows", "kpi_file", "kpi_terms", "kpi_recount")


@pytest.fixture
def manager(clinic, client):
    """A signed-in manager."""
    client.force_login(clinic.member("manager").user)
    return client


def shown(client, name, **said):
    answer = client.get(reverse(f"reports:{name}"), said)
    assert answer.status_code == 200, answer
    return unescape(answer.content.decode())


TIME = {"first": str(ON), "last": str(day(130))}


def test_every_figure_stands_there_with_its_goal_and_leads_to_its_rows(clinic, manager, story):
    counted(clinic)
    page = shown(manager, "kpis", **TIME)
    for measure in MEASURES.values():
        assert measure.name in page
        assert measure.formula.split(" ÷ ")[0] in page
    assert "66.7%" in page  # two of three claims accepted at once
    assert "≥ 98.5%" in page
    for key, measure in MEASURES.items():
        one = shown(manager, "kpi", measure=key, by="payer", **TIME)
        assert measure.left_out.split(".")[0] in one
        assert "Demo PPO" in one
        rows = shown(manager, "kpi_rows", measure=key, **TIME)
        assert "Nothing stands behind this figure" not in rows, key


def test_rows_show_what_counts_and_the_rest_apart(clinic, manager, story):
    counted(clinic)
    said = {"measure": "clean_claim", **TIME}
    assert shown(manager, "kpi_rows", part="counted", **said).count("data-row") == 2
    rest = shown(manager, "kpi_rows", part="rest", **said)
    assert rest.count("data-row") == 1
    assert "Rejected" in rest
    assert shown(manager, "kpi_rows", part="all", **said).count("data-row") == 3


def test_rows_say_when_they_differ_from_what_was_counted(clinic, manager, story):
    counted(clinic)
    assert "It was counted as" not in shown(manager, "kpi_rows", measure="charge_lag", **TIME)
    story.moves("ann", "pay", "1.00", 13)
    assert "It was counted as" in shown(manager, "kpi_rows", measure="net_collection", **TIME)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("filled", [False, True])
def test_every_page_opens_on_nothing_and_survives_nonsense(clinic, manager, name, filled):
    if filled:
        told = Story(clinic)
        told.visit("ann", 0)
        told.moves("ann", "charge", "10.00", 0)
        counted(clinic, 3)
    nonsense = {"first": "2026-13-01", "last": "x", "site": "x", "measure": "=1", "by": "x",
                "part": "x", "page": "x", "payer": "0"}  # fmt: skip
    for said in ({}, nonsense, {"first": "2030-01-01", "last": "1999-01-01"}):
        answer = manager.get(reverse(f"reports:{name}"), said)
        assert answer.status_code in {200, 302}, (name, said)


def test_nobody_else_sees_the_figures(clinic, client):
    client.force_login(clinic.member("biller").user)
    for name in (*NAMES, "kpi_count"):
        assert client.get(reverse(f"reports:{name}")).status_code == 403


def test_the_page_asks_the_same_for_few_days_and_for_many(clinic, manager, story):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            shown(manager, "kpis", **TIME)
            shown(manager, "kpi", measure="clean_claim", **TIME)
        return len(queries)

    counted(clinic, 2)
    asked()
    few = asked()
    counted(clinic)
    asked()  # what changed since is asked for once
    assert asked() == few


def test_goals_are_set_in_percent_and_kept_with_who_set_them(clinic, manager, story):
    counted(clinic)
    with clinic.reading():
        usual = kpis.terms()
    said = {"hour_rate": "50", "minutes_held": 6, "minutes_rejected": 12, "minutes_denied": 30,
            "minutes_replaced": 0, "goal_clean_claim": "60", "goal_days_in_ar": ""}  # fmt: skip
    assert manager.post(reverse("reports:kpi_terms"), {**said, "hour_rate": "0"}).status_code == 422
    assert manager.post(reverse("reports:kpi_terms"), said).status_code in {200, 302}
    with clinic.reading():
        aim, kept = kpis.terms(), KpiTerms.objects.get()
    assert (aim.goals["clean_claim"], aim.goals["days_in_ar"]) == (Decimal("0.6"), None)
    assert (aim.hour_rate, aim.minutes["replaced"]) == (50, 0)
    assert usual.goals["clean_claim"] == Decimal("0.985")
    assert kept.said_by
    assert "≥ 60.0%" in shown(manager, "kpis", **TIME)


def test_counting_again_wants_a_reason(clinic, manager, story):
    url = reverse("reports:kpi_recount")
    assert manager.post(url, {"first": str(ON), "because": ""}).status_code == 422
    assert manager.post(url, {"first": str(ON), "because": "Brought in"}).status_code in {200, 302}
    assert manager.post(reverse("reports:kpi_count")).status_code == 302


def test_the_file_has_numbers_as_numbers_and_adds_up(clinic, manager, story):
    counted(clinic)
    text = manager.get(reverse("reports:kpi_file"), TIME).content.decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    net = [row for row in rows if row["figure"] == "net_collection"]
    assert sum(Decimal(row["counted"]) for row in net) == 120
    assert sum(Decimal(row["of"]) for row in net) == 205
    assert {row["payer"] for row in net} == {"Demo PPO"}
    assert all(float(row["value"] or 0) >= 0 for row in rows)
    assert all(row["first"] <= row["last"] for row in rows)


def test_rows_go_out_as_files_too(clinic, manager, story):
    counted(clinic)
    said = {"measure": "final_denial", "file": "csv", **TIME}
    text = manager.get(reverse("reports:kpi_rows"), said).content.decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert sum(Decimal(row["counted"]) for row in rows) == 1
    assert len(rows) == 3
    binary = manager.get(reverse("reports:kpi_rows"), {**said, "file": "parquet"})
    assert binary["Content-Type"] == "application/vnd.apache.parquet"
    assert (binary.content[:4], binary.content[-4:]) == (b"PAR1", b"PAR1")
