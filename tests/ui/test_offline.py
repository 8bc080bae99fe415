"""The page for when nobody answers, and what is kept for it."""

from pathlib import Path

from django.conf import settings


def test_the_worker_may_stand_in_for_every_page_and_is_never_out_of_date(client, db):
    answer = client.get("/ui/worker.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert answer.headers["Cache-Control"] == "no-cache"
    text = answer.content.decode()
    assert 'const PAGE = "/ui/offline/"' in text
    assert "&" not in text.split("const FILES")[1].split("\n")[0]


def test_what_it_keeps_is_the_page_and_static_files_alone(client, db):
    text = client.get("/ui/worker.js").content.decode()
    files = text.split("new Set([")[1].split("])")[0].replace('"', "").split(", ")
    assert len(files) == 3
    assert all(file.startswith(settings.STATIC_URL) for file in files)
    assert "caches.open(NAME)" in text and text.count(".addAll(") == 1
    assert ".put(" not in text and ".add(" not in text  # nothing that passes by is kept


def test_the_page_tells_nothing_of_anybody_and_what_to_do(clinic, client):
    client.force_login(clinic.member("receptionist").user)
    page = client.get("/ui/offline/").content.decode()
    assert "The office can’t be reached" in page and "downtime kit" in page
    assert "No podemos abrir esta página ahora." in page
    assert clinic.practice.name not in page and "csrf" not in page.lower()


def test_the_script_of_the_page_reads_no_answers():
    """It counts what waits by its keys; what was answered is none of its business."""
    script = Path(settings.BASE_DIR, "src/frontdesk/ui/static/ui/offline.js").read_text()
    assert "Object.keys(localStorage)" in script
    assert "localStorage.getItem" not in script
