"""What holds of every answer: the methods that there are, and what a page may not do."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

from commonweal.config import settings as product

ADDRESSES = (
    "/",
    "/pledges/",
    "/town.css",
    "/ledger.csv",
    "/help/",
    "/accounts/login/code/",
    "/desk/help/",
    "/nowhere/",
    "/-/live",
    "/-/ready",
    "/robots.txt",
)
UNKNOWN = ("TRACE", "TRACK", "CONNECT", "PUT", "PATCH", "DELETE", "PROPFIND", "FOO")


@pytest.mark.parametrize("method", UNKNOWN)
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_method_that_no_page_knows_is_refused_everywhere(client, town, address, method):
    answer = client.generic(method, address)
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD, OPTIONS, POST"
    assert b"town" not in answer.content
    for header in ("X-Content-Type-Options", "Referrer-Policy", "Content-Security-Policy"):
        assert header in answer.headers


def test_such_a_method_sent_with_a_secret_gets_nothing_back(client, town):
    answer = client.generic("TRACE", "/", headers={"cookie": "a=planted", "x-secret": "planted"})
    assert b"planted" not in answer.content + str(answer.headers).encode()


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_the_usual_methods_are_as_they_were(client, town, method):
    assert client.generic(method, "/").status_code == 200


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/", 200),
        ("/nowhere/", 404),
        ("/desk/help/", 302),
        ("/ledger.csv", 200),
        ("/town.css", 200),
        ("/help/start/", 405),
    ],
)
def test_no_page_may_use_what_a_browser_could_give_it(client, town, address, status):
    answer = client.get(address)
    assert answer.status_code == status
    policy = dict(part.split("=") for part in answer["Permissions-Policy"].split(", "))
    # Passkeys are made and shown on our own pages; nothing else is taken, by no frame either.
    passkeys = {"publickey-credentials-create", "publickey-credentials-get"}
    assert {name for name, who in policy.items() if who != "()"} == passkeys
    assert {policy[name] for name in passkeys} == {"(self)"}
    assert {"camera", "microphone", "geolocation", "usb", "payment"} <= set(policy)
    assert all(re.fullmatch(r"[a-z-]+", name) for name in policy)


def test_an_error_and_a_refused_host_have_it_too(client, town, monkeypatch):
    assert "Permissions-Policy" in client.get("/", headers={"host": "evil.example"}).headers
    monkeypatch.setattr("commonweal.design.views.render", lambda *a, **k: 1 / 0)
    client.raise_request_exception = False
    answer = client.get("/privacy/")
    assert (answer.status_code, "Permissions-Policy" in answer.headers) == (500, True)


def test_style_files_have_what_pages_have(client, db, tmp_path, settings):
    (tmp_path / "a.css").write_text("p{}")
    settings.STATIC_ROOT = tmp_path
    settings.WHITENOISE_AUTOREFRESH = True
    answer = type(client)().get("/static/a.css")
    assert answer.status_code == 200
    answer.close()
    assert "Permissions-Policy" in answer.headers


def test_what_refuses_stands_inside_what_gives_the_headers():
    order = [name.rsplit(".", 1)[1] for name in settings.MIDDLEWARE]
    assert order.index("PermissionsPolicyMiddleware") < order.index("WhiteNoiseMiddleware")
    assert order.index("CSPMiddleware") < order.index("MethodMiddleware")
    assert order.index("MethodMiddleware") < order.index("SessionMiddleware")


def test_what_people_sent_lies_where_the_web_server_hands_nothing_out():
    # The product's own settings: tests have folders of their own.
    given_out = [product.STATIC_ROOT, *getattr(product, "STATICFILES_DIRS", [])]
    kept = [product.EVIDENCE_FOLDER, product.CASE_FOLDER, product.SPEND_FOLDER]
    for folder in kept:
        assert not [root for root in given_out if folder.resolve().is_relative_to(root)], folder


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "testserver.evil.example"])
def test_a_name_that_is_not_ours_is_answered_nowhere(client, town, settings, host):
    settings.ALLOWED_HOSTS = ["testserver"]
    for address in set(ADDRESSES) - {"/-/live", "/-/ready"}:
        assert client.get(address, headers={"host": host}).status_code == 400, address


@pytest.mark.parametrize("address", ["/", "/help/", "/accounts/login/code/", "/desk/help/"])
def test_no_other_site_reads_what_is_no_public_data(client, town, address):
    answer = client.get(address, headers={"origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in answer.headers
