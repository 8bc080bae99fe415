"""The style page in a real browser: accessible in every mode, and usable by keyboard alone."""

import pytest
from playwright.sync_api import Page, expect

from frontdesk.people.operations import keys
from tests.browser import DESKTOP, PHONE, axe, settled, sign_in

SEND = """() => {
  const form = document.getElementById("sample-form");
  form.noValidate = true;
  form.requestSubmit();
}"""
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def at_gallery(new_page, live_server, clinic):
    member = clinic.member("manager")

    def opened(size=DESKTOP, shade="light", **more) -> Page:
        page = sign_in(new_page(size, shade, **more), live_server, member)
        page.goto(f"{live_server.url}/ui/")
        return settled(page)

    return opened


@pytest.mark.parametrize("shade", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_component_is_accessible(at_gallery, size, shade):
    page = at_gallery(size, shade)

    assert axe(page) == []


def test_an_open_drawer_a_dialog_and_the_palette_are_accessible(at_gallery):
    page = at_gallery()
    page.keyboard.press("d")
    expect(page.locator("#drawer .drawer")).to_be_visible()
    assert axe(page) == []

    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#keys-sheet")).to_be_visible()
    assert axe(page) == []

    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    assert axe(page) == []


def test_who_types_into_a_field_before_its_script_is_there_still_gets_the_list(
    new_page, live_server, clinic
):
    page = sign_in(new_page(DESKTOP), live_server, clinic.member("manager"))
    waiting = []
    page.route("**/combobox*.js", lambda route: waiting.append(route))
    page.goto(f"{live_server.url}/ui/", wait_until="commit")
    field = page.get_by_role("combobox", name="Diagnosis")
    field.fill("hyper")
    while not waiting:
        page.wait_for_timeout(20)

    waiting[0].continue_()

    expect(page.locator("#code-list").get_by_role("option").first).to_be_visible()


def test_the_letters_of_an_open_menu_are_its_own_also_beside_a_row_with_the_same(at_gallery):
    page = at_gallery()
    page.evaluate("""() => {
      const rows = document.querySelectorAll("[data-list] [data-row]");
      rows.forEach((row) => row.insertAdjacentHTML("beforeend", "<button data-key='p'></button>"));
    }""")

    page.keyboard.press("j")
    page.keyboard.press("n")
    page.keyboard.press("p")

    expect(page.locator("#drawer .drawer")).to_contain_text("New patient")


def test_a_letter_of_rows_presses_only_the_row_one_is_on(at_gallery):
    page = at_gallery()
    page.evaluate("""() => document.querySelectorAll("[data-list] [data-row]").forEach((row) => {
      const button = document.createElement("button");
      button.dataset.key = "y";
      button.addEventListener("click", () => document.body.dataset.pressed = row.id);
      row.append(button);
    })""")

    page.keyboard.press("y")
    assert page.evaluate("document.body.dataset.pressed") is None
    page.keyboard.press("j")
    page.keyboard.press("j")
    row = page.evaluate("document.activeElement.closest('[data-row]').id")
    page.keyboard.press("y")

    assert page.evaluate("document.body.dataset.pressed") == row


def test_the_sheet_shows_a_letter_that_a_closed_menu_has_too(at_gallery):
    page = at_gallery()
    page.evaluate("""() => document.querySelector("#main").insertAdjacentHTML(
      "beforeend", "<button data-key='p' data-says='Print it'>Print</button>"
        + "<button data-key='y' aria-label='Yield'></button>"
        + "<button data-key='n' data-says='Next one'>Next</button>"
        + "<button data-key='o'>Order <kbd class='kbd'>o</kbd></button>")""")

    page.keyboard.press("?")

    lines = page.locator("#keys-sheet li")
    for words in ("Print itp", "Yieldy", "Ordero", "Next onen"):
        expect(lines.filter(has_text=words)).to_have_count(1)


def test_a_drawer_opens_by_keyboard_has_its_address_and_gives_the_focus_back(at_gallery):
    page = at_gallery()

    page.keyboard.press("j")
    page.keyboard.press("j")
    row = page.evaluate("document.activeElement.id")
    page.keyboard.press("Enter")
    expect(page.locator("#drawer .drawer")).to_be_focused()
    assert page.url.endswith("/ui/drawer/")

    page.keyboard.press("Escape")

    assert page.locator("#drawer .drawer").count() == 0
    assert page.evaluate("document.activeElement.id") == row == "card-2-1"
    assert page.url.endswith("/ui/")


def test_a_drawer_loaded_by_its_address_is_a_page(at_gallery, live_server):
    page = at_gallery()

    page.goto(f"{live_server.url}/ui/drawer/")

    expect(page.locator("main .drawer-page")).to_be_visible()
    expect(page.locator(".rail")).to_be_visible()


def test_back_closes_the_drawer(at_gallery):
    page = at_gallery()
    page.keyboard.press("d")
    expect(page.locator("#drawer .drawer")).to_be_visible()

    page.go_back()

    page.wait_for_url("**/ui/")
    expect(page.locator("#drawer .drawer")).to_have_count(0)


def test_the_sheet_shows_the_keys_of_this_page(at_gallery):
    page = at_gallery()

    page.keyboard.press("?")

    sheet = page.locator("#keys-sheet")
    expect(sheet).to_contain_text("Open the drawer")
    expect(sheet).to_contain_text("Search people, pages, actions")
    page.keyboard.press("Escape")
    expect(sheet).not_to_be_visible()


def test_a_click_anywhere_on_a_row_opens_it_unless_its_text_was_marked(at_gallery):
    page = at_gallery(DESKTOP)
    cell = page.locator("table.ledger [data-row] td:nth-child(2)").first

    cell.evaluate("cell => document.getSelection().selectAllChildren(cell)")
    cell.dispatch_event("click")
    assert page.locator("aside.drawer").count() == 0
    page.evaluate("document.getSelection().empty()")
    cell.click()

    page.wait_for_selector("aside.drawer")


def test_the_arrows_lead_from_lane_to_lane(at_gallery):
    page = at_gallery()
    page.keyboard.press("j")
    first = page.evaluate("document.activeElement.id")

    page.keyboard.press("ArrowRight")
    beside = page.evaluate(
        """first => document.activeElement.matches("[data-row]") &&
        !document.activeElement.closest("[data-list]").querySelector(`[id='${first}']`)""",
        first,
    )
    page.keyboard.press("ArrowLeft")

    assert beside
    assert page.evaluate("document.activeElement.id") == first


def test_single_letters_can_be_turned_off_and_on_again(at_gallery):
    page = at_gallery()
    page.keyboard.press("?")
    page.get_by_role("button", name="Turn single letters off").press("Enter")
    page.keyboard.press("Escape")

    page.keyboard.press("n")
    page.keyboard.press("?")
    expect(page.locator("details.menu[open]")).to_have_count(0)
    expect(page.locator("#keys-sheet")).not_to_be_visible()

    page.locator("[data-keys-sheet]").press("Enter")
    page.get_by_role("button", name="Turn single letters on").press("Enter")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.locator("details.menu[open]")).to_have_count(1)


def test_a_letter_typed_in_a_field_is_a_letter(at_gallery):
    page = at_gallery()

    page.locator("#id_reason").press_sequentially("dj?")

    assert page.input_value("#id_reason") == "dj?"
    assert page.locator("#drawer .drawer").count() == 0


def test_a_toast_tells_and_offers_undo_by_key(at_gallery):
    page = at_gallery()

    page.get_by_role("button", name="Post copay").click()
    toast = page.locator("#toasts [data-toast]")
    expect(toast).to_contain_text("Copay posted. Receipt 1042")

    with page.expect_request(lambda sent: sent.url.endswith("/ui/say/")) as asked:
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("u")

    assert asked.value.method == "POST"


def test_what_is_typed_survives_a_reload_and_can_be_thrown_away(at_gallery):
    page = at_gallery()
    page.fill("#id_reason", "Blood pressure, new tablets")
    page.wait_for_timeout(450)

    page.reload()
    settled(page)

    assert page.input_value("#id_reason") == "Blood pressure, new tablets"
    page.get_by_role("button", name="Start afresh").click()
    page.reload()
    settled(page)
    assert page.input_value("#id_reason") == ""


def test_a_diagnosis_is_found_while_typing_and_chosen_by_enter(at_gallery):
    page = at_gallery()

    page.locator("#code-text").press_sequentially("hyper")
    expect(page.get_by_role("option", name="I10 Essential hypertension")).to_be_visible()
    page.keyboard.press("Enter")

    assert page.input_value("#code") == "I10"
    assert page.input_value("#code-text") == "I10 Essential hypertension"


def test_a_question_is_asked_with_the_consequence_in_the_button(at_gallery):
    page = at_gallery()

    page.get_by_text("Ask first").click()
    dialog = page.locator("#dialog")
    expect(dialog.get_by_role("button", name="Send 41 claims")).to_be_focused()
    dialog.get_by_role("button", name="Cancel").click()
    assert page.locator("#drawer .drawer").count() == 0

    page.get_by_text("Ask first").click()
    dialog.get_by_role("button", name="Send 41 claims").click()
    expect(page.locator("#drawer .drawer")).to_be_visible()


def test_a_signature_becomes_a_picture(at_gallery):
    page = at_gallery()
    canvas = page.locator(".signature canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()

    page.mouse.move(box["x"] + 20, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 80)
    page.mouse.up()

    held = page.input_value("input[name=signature]")
    assert held.startswith("data:image/png;base64,")


def test_who_searches_without_an_answer_is_told_so(at_gallery):
    page = at_gallery()
    page.route("**/search/**", lambda route: route.abort("failed"))

    page.keyboard.press("Control+k")

    expect(page.locator("#palette-results")).to_contain_text("No answer from the server")


def test_a_page_from_before_an_update_says_so(at_gallery):
    page = at_gallery()
    page.route("**/ui/palette*.js", lambda route: route.abort("failed"))

    page.keyboard.press("Control+k")

    expect(page.locator("#toasts")).to_contain_text("brought up to date")
    expect(page.locator("#palette")).not_to_be_visible()


def test_dark_and_comfortable_are_kept_for_the_next_page(at_gallery):
    page = at_gallery()

    page.locator("summary.me").click()
    page.get_by_role("button", name="Dark mode").click()
    page.locator(".rail [data-set=density]").click()
    page.reload()

    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    assert page.evaluate("document.documentElement.dataset.density") == "comfortable"


def test_nothing_is_wider_than_a_phone_or_a_page_at_twice_its_size(at_gallery):
    for size in (PHONE, {"width": 720, "height": 450}):
        page = at_gallery(size)

        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        wide = page.evaluate("document.querySelector('main').scrollWidth")
        assert wide <= page.evaluate("document.querySelector('main').clientWidth")


def test_the_warning_before_sign_off_keeps_drafts_and_signs_off(at_gallery, clinic, live_server):
    page = at_gallery()
    page.fill("#id_reason", "kept")
    page.clock.install()
    page.reload()
    settled_text = page.locator("#idle")

    page.clock.fast_forward("14:10")
    expect(settled_text).to_be_visible()
    page.clock.fast_forward("01:10")

    page.wait_for_url("**/account/login/**")
    expect(page.get_by_text("You were signed out")).to_be_visible()


def test_a_form_loaded_as_a_page_leads_back_with_its_toast(at_gallery, live_server):
    page = at_gallery()
    page.goto(f"{live_server.url}/settings/practice/rooms/")
    page.evaluate("location.assign('/settings/practice/rooms/new/')")
    page.wait_for_url("**/rooms/new/")
    settled(page)

    page.get_by_label("Site").select_option(index=1)
    page.get_by_label("Name").fill("Room 9")
    page.get_by_role("button", name="Add room").click()

    page.wait_for_url("**/practice/rooms/")
    expect(page.get_by_role("cell", name="Room 9")).to_be_visible()
    expect(page.locator("#toasts")).to_contain_text("Room 9 saved")


def test_a_row_saved_in_its_drawer_is_drawn_anew_and_keeps_the_focus(at_gallery, live_server):
    page = at_gallery()
    page.goto(f"{live_server.url}/settings/practice/rooms/")
    settled(page)

    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Site")).to_be_focused()  # one begins to type at once
    page.get_by_label("Name").fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("This field is required.")).to_be_visible()
    page.get_by_label("Name").fill("Laboratory")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("cell", name="Laboratory")).to_be_visible()
    expect(page.locator("#drawer .drawer")).to_have_count(0)
    expect(page.get_by_role("link", name="Laboratory")).to_be_focused()


def test_a_draft_goes_when_the_form_goes_through(at_gallery, live_server):
    page = at_gallery()
    page.fill("#id_reason", "sent and done")
    page.wait_for_timeout(450)
    with page.expect_navigation():
        page.evaluate(SEND)
    settled(page)
    assert page.input_value("#id_reason") == ""

    page.goto(f"{live_server.url}/settings/practice/rooms/")
    settled(page)
    page.keyboard.press("c")
    page.get_by_label("Site").select_option(index=1)
    page.get_by_label("Name").fill("Room 8")
    page.get_by_role("button", name="Add room").click()
    expect(page.get_by_role("cell", name="Room 8")).to_be_visible()
    page.keyboard.press("c")
    expect(page.get_by_label("Name")).to_have_value("")


def test_a_draft_stays_when_the_server_does_not_answer(at_gallery, live_server):
    page = at_gallery()
    page.fill("#id_reason", "not lost")
    page.wait_for_timeout(450)
    page.route("**/ui/say/", lambda route: route.abort())
    page.evaluate(SEND)
    page.wait_for_timeout(300)

    page.goto(f"{live_server.url}/ui/")
    settled(page)
    expect(page.locator("#id_reason")).to_have_value("not lost")

    page.unroute("**/ui/say/")  # now it answers: what waited is sent, and is no draft any more
    expect(page.locator("#id_reason")).to_have_value("", timeout=15_000)
    page.goto(f"{live_server.url}/ui/")
    settled(page)
    page.wait_for_timeout(450)
    expect(page.locator("#id_reason")).to_have_value("")


def test_a_patient_is_found_from_anywhere_and_opened_by_enter(at_gallery, clinic):
    ann = clinic.patient("Marguerite", "Okafor")
    with clinic.writing():
        keys.rekey(ann)
    page = at_gallery()
    page.keyboard.press("Control+k")
    page.locator("#palette-q").press_sequentially("okaf")
    expect(page.locator("#palette").get_by_role("option").first).to_contain_text(
        "Marguerite Okafor"
    )
    page.keyboard.press("Enter")

    page.wait_for_url(f"**/{ann.pk}/**")
