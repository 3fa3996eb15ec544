"""Each variable is documented, and a misspelt or wrong one is named before anything starts."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from commonweal.config import settings as product
from commonweal.setup.environment import KNOWN, VARIABLES, faults

ROOT = Path(__file__).resolve().parents[3]
NAME = re.compile(r"\b(?:COMMONWEAL|EMAIL|NOTIFY)_[A-Z_]+\b|\bDATABASE_[A-Z_]*URL\b")
# How the code asks for one: text("…"), truth("…"), secret("…"), os.environ… "…".
ASKED = re.compile(
    r"""(?:text|truth|secret|environ\.get|environ\.setdefault|environ|getenv)[\[(]\s*["']([A-Z_]+)["']"""
)
OPERATORS = {variable.name for variable in VARIABLES if not variable.is_inner}


def read(*folders):
    paths = [p for folder in folders for p in sorted((ROOT / folder).rglob("*.py"))]
    return [path.read_text() for path in paths] + [(ROOT / "commonweal").read_text()]


def test_every_variable_that_the_code_reads_is_known_and_every_known_one_is_read():
    asked = {n for text in read("src", "packaging", "tests") for n in ASKED.findall(text)}
    ours = {name for name in asked if NAME.fullmatch(name)}
    assert ours == set(KNOWN)


def test_the_guide_lists_the_variables_that_an_operator_sets_and_no_other():
    text = (ROOT / "docs/guides/running.md").read_text()
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    assert {name for row in rows for name in NAME.findall(row)} == OPERATORS


def test_the_example_file_lists_them_too():
    text = (ROOT / "packaging/server/commonweal.env.example").read_text()
    named = re.findall(r"^#?([A-Z_]+)=", text, re.MULTILINE)
    assert len(named) == len(set(named))
    assert set(named) == OPERATORS
    # What stands there can be used as it stands.
    lines = re.findall(r"^#?([A-Z_]+)=(.*)$", text, re.MULTILINE)
    assert faults(dict(lines)) == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("COMMONWEAL_ADRESS", "https://x.example", "Did you mean COMMONWEAL_ADDRESS?"),
        ("COMMONWEAL_TRUSTED_PROXY", "10.0.0.1", "Did you mean COMMONWEAL_TRUSTED_PROXIES?"),
        ("COMMONWEAL_ADDRESS", "charter.example", "write the whole address"),
        ("COMMONWEAL_ADDRESS", "https://x.example/charter", "write the whole address"),
        ("COMMONWEAL_TRUSTED_PROXIES", "10.0.0.1, 10.0.0.2", "is no address or network"),
        ("COMMONWEAL_ADDRESS", "HTTPS://x.example", "write the whole address"),
        ("COMMONWEAL_ADDRESS", "https://x .example", "write the whole address"),
        ("COMMONWEAL_ADDRESS", "https://a:b@x.example", "write the whole address"),
        ("COMMONWEAL_ADDRESS", "https://tŷ.example", "xn--t-foa.example"),
        ("COMMONWEAL_HOSTS", "https://a.example", "is no host name"),
        ("COMMONWEAL_HOSTS", "a.example:8000", "without port"),
        ("COMMONWEAL_HOSTS", '"a.example b.example"', "is no host name"),
        ("COMMONWEAL_HOSTS", "a.example;b.example", "is no host name"),
        ("COMMONWEAL_HOSTS", "tŷ.example", "xn--t-foa.example"),
        ("EMAIL_HOST", "smtp.a.example:587", "the port stands in EMAIL_PORT"),
        ("EMAIL_HOST", '"smtp.a.example"', "is no host name"),
        ("EMAIL_PORT", "５８７", "the number of a port"),
        ("COMMONWEAL_FROM", "The town <a@a.example", "write an e-mail address"),
        ("COMMONWEAL_FROM", "a@a.example, b@a.example", "write an e-mail address"),
        ("COMMONWEAL_EMAIL_BACKEND", "nonsense", "there is no such way to send"),
        ("COMMONWEAL_EMAIL_BACKEND", "django.core.mail.backends.smpt.X", "no such way to send"),
        ("COMMONWEAL_DESK_LOCK_MINUTES", "9" * 20, "from 1 to 1440"),
        ("COMMONWEAL_LINK_CONTROL", "https://", "is no web address"),
        ("COMMONWEAL_LINK_CONTROL", "https://a.example,https://b.example", "apart by spaces"),
        ("COMMONWEAL_HEALTH_TOKEN", "tökén-secret", "ASCII alone"),
        ("COMMONWEAL_VAR", __file__, "name a folder"),
        ("COMMONWEAL_VAR", "~/town", "write the whole path"),
        ("COMMONWEAL_VAR", "/" + "x" * 400, "too long"),
        ("COMMONWEAL_VAR", f"{__file__}/town", "leads through a file"),
        ("COMMONWEAL_ADDRESS", "https://x.example?", "write the whole address"),
        ("COMMONWEAL_ADDRESS", "https://x.example/#", "write the whole address"),
        ("COMMONWEAL_ADDRESS", "https://x..example", "write the whole address"),
        ("COMMONWEAL_FROM", "tŷ@a.example", "write an e-mail address"),
        ("COMMONWEAL_FROM", "https://me@a.example", "write an e-mail address"),
        ("COMMONWEAL_EMAIL_BACKEND", "django.core.mail.backends.smtp", "name a class"),
        ("COMMONWEAL_DESK_LOCK_MINUTES", "ten", "a whole number of minutes"),
        ("COMMONWEAL_DESK_LOCK_MINUTES", "0", "a whole number of minutes"),
        ("COMMONWEAL_LINK_CONTROL", "www.example.org", "begins with https://"),
        ("COMMONWEAL_LOG_LEVEL", "loud", "it is one of CRITICAL, DEBUG"),
        ("COMMONWEAL_FROM", "the town", "write an e-mail address"),
        ("EMAIL_PORT", "abc", "the number of a port"),
        ("EMAIL_USE_TLS", "maybe", "1 for yes"),
        ("DATABASE_URL", "mysql://a:secret@h/d", "it begins with postgresql://"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(name, value, words):
    (sentence,) = faults({name: value, "PATH": "x", "HOME": "y"})
    assert sentence.startswith(name)
    assert words in sentence
    assert "secret" not in sentence


def test_nothing_starts_with_a_wrong_variable(run, tmp_path):
    done = run(
        tmp_path,
        "init",
        "x.toml",
        "--admin",
        "a@example.org",
        COMMONWEAL_ADRESS="https://x.example",
        EMAIL_PORT="abc",
    )
    assert done.returncode == 1
    assert done.stderr == (
        "commonweal: COMMONWEAL_ADRESS is no variable of Commonweal. Did you mean "
        "COMMONWEAL_ADDRESS?\n"
        "commonweal: EMAIL_PORT 'abc' is wrong: write the number of a port, as 587.\n"
    )
    # No keys were made in a place that may not have been meant.
    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize("name", ["COMMONWEAL_SECRET_KEY", "COMMONWEAL_FIELD_KEYS"])
def test_no_advice_takes_a_key_away(monkeypatch, tmp_path, name):
    """A wrong one in the environment once led to the advice to delete the right one."""
    file = name.removeprefix("COMMONWEAL_").lower()
    monkeypatch.setattr(product, "VAR", tmp_path)
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / file).write_text("short")
    monkeypatch.delenv(name, raising=False)
    with pytest.raises(ImproperlyConfigured, match="put back the keys of its backup") as of_file:
        product.secret(name, file)
    monkeypatch.setenv(name, '"abcd,efgh"')
    with pytest.raises(ImproperlyConfigured, match="in the environment is too short") as of_both:
        product.secret(name, file)
    assert "elete" not in f"{of_file.value}{of_both.value}"


def test_what_is_right_is_taken():
    assert (
        faults(
            {
                "COMMONWEAL_ADDRESS": "https://a.example/",
                "EMAIL_PORT": "",
                "EMAIL_USE_TLS": "1",
                "COMMONWEAL_TRUSTED_PROXIES": "10.0.0.0/8 ::1 unix",
                "COMMONWEAL_FROM": "The town <charter@a.example>",
                "COMMONWEAL_HOSTS": "a.example .b.example [::1] 10.0.0.1 xn--t-foa.example",
                "COMMONWEAL_EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
                "COMMONWEAL_LINK_CONTROL": "https://a.example/x http://[::1]:80/",
                "EMAIL_HOST": "::1",
            }
        )
        == []
    )


@pytest.mark.parametrize("blank", ["", "   "])
def test_a_variable_that_is_there_and_empty_is_not_set(blank, tmp_path):
    """As in a file of them in which nothing was filled in; a port of nothing was a traceback."""
    code = (
        "import logging; from commonweal.config import settings as s;"
        "print(s.EMAIL_PORT, s.DESK_LOCK_MINUTES, s.LOG_FORMAT, s.ADDRESS, s.DEFAULT_FROM_EMAIL,"
        " s.LOGGING['loggers']['commonweal']['level'], s.TRUSTED_PROXIES, s.HEALTH_FROM)"
    )
    empty = {name: blank for name in OPERATORS - {"COMMONWEAL_VAR"}}
    keys = {"COMMONWEAL_SECRET_KEY": "k" * 50, "COMMONWEAL_FIELD_KEYS": "f" * 50}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | empty | keys | {"COMMONWEAL_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    # Whom to believe, and who may look, can be set to nobody.
    assert done.stdout == ("25 10 lines http://localhost:8000 commonweal@localhost INFO [] []\n"), (
        done.stderr
    )


def test_a_mail_server_speaks_tls_from_the_first_word_or_after_one():
    (sentence,) = faults({"EMAIL_USE_TLS": "1", "EMAIL_USE_SSL": "yes"})
    assert "are both on" in sentence
    assert faults({"EMAIL_USE_TLS": "0", "EMAIL_USE_SSL": "1"}) == []


@pytest.mark.parametrize(
    ("variables", "spoken"),
    [
        ({"EMAIL_PORT": "465"}, "False True"),
        ({"EMAIL_PORT": "465", "EMAIL_USE_TLS": "1"}, "True False"),
        ({"EMAIL_PORT": "465", "EMAIL_USE_SSL": "0"}, "False False"),
        ({"EMAIL_PORT": "2465", "EMAIL_USE_SSL": "1"}, "False True"),
        ({"EMAIL_PORT": "587", "EMAIL_USE_TLS": "1"}, "True False"),
        ({}, "False False"),
    ],
)
def test_port_465_is_spoken_to_in_tls(variables, spoken, tmp_path):
    code = "from commonweal.config import settings as s; print(s.EMAIL_USE_TLS, s.EMAIL_USE_SSL)"
    keys = {"COMMONWEAL_SECRET_KEY": "k" * 50, "COMMONWEAL_FIELD_KEYS": "f" * 50}
    usual = {name: setting for name, setting in os.environ.items() if not NAME.fullmatch(name)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=usual | keys | variables | {"COMMONWEAL_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == spoken, done.stderr
