"""A NUL character is refused before it reaches a database."""

import pytest


@pytest.mark.parametrize("where", ["address", "form"])
def test_a_nul_character_is_a_bad_request(client, db, where):
    if where == "address":
        answer = client.get("/account/login/", {"next": "a\x00b"})
    else:
        answer = client.post("/account/login/", {"login": "a\x00b", "password": "x"})

    assert answer.status_code == 400
