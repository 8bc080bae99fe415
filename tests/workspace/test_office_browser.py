"""The inbox by keyboard, and the office's own screens as axe sees them."""

import pytest

from frontdesk.staff import operations
from frontdesk.staff.models import WorkItem
from tests.browser import DESKTOP, PHONE, axe, settled, sign_in
from tests.clinic import Clinic

pytestmark = pytest.mark.browser
SECOND_ROW = ".work-row >> nth=1"
SCREENS = (
    "/inbox/",
    "/audit/",
    "/setup/",
    "/settings/",
    "/profile/",
    "/staff/people/",
    "/staff/roles/",
    "/settings/practice/",
    "/setup/file/",
)


@pytest.fixture
def office(transactional_db):
    """A manager with two things to do."""
    clinic = Clinic()
    grace = clinic.member("manager", "administrator", email="grace@elm.example")
    with clinic.reading():
        for title in ("First thing", "Second thing"):
            operations.open_work(kind="task", title=title, pool="manager", by=clinic.anybody())
    return clinic, grace


def statuses(clinic):
    with clinic.reading():
        return dict(WorkItem.objects.values_list("title", "status"))


def test_the_inbox_is_worked_by_keyboard(office, live_server, page):
    clinic, grace = office
    sign_in(page, live_server, grace)
    settled(page.goto(f"{live_server.url}/inbox/") and page)

    page.keyboard.press("j")
    page.keyboard.press("e")
    page.wait_for_selector(SECOND_ROW, state="detached")
    assert statuses(clinic) == {"First thing": "done", "Second thing": "open"}

    page.keyboard.press("u")
    page.wait_for_selector(SECOND_ROW)
    assert statuses(clinic) == {"First thing": "open", "Second thing": "open"}

    page.keyboard.press("j")
    page.keyboard.press("s")
    page.wait_for_selector("#drawer [name=how]")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.wait_for_selector("#drawer [name=owner]")


def test_the_day_page_asks_for_little_by_itself(office, live_server, page):
    """In a browser that holds nothing yet; of 15 requests two are left for what changes then."""
    _, grace = office
    sign_in(page, live_server, grace)
    asked = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(live_server.url)))

    settled(page.goto(live_server.url) and page)
    page.wait_for_load_state("networkidle")

    assert len([one for one in asked if one[0] == "/" and not one.startswith("/live/")]) <= 13, (
        "\n".join(asked)
    )


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_everybody_can_use_the_offices_own_screens(office, live_server, new_page, size):
    _, grace = office
    window = sign_in(new_page(size), live_server, grace)

    found = {}
    for path in SCREENS:
        window.goto(live_server.url + path)
        if wrong := axe(settled(window)):
            found[path] = wrong
    assert found == {}
