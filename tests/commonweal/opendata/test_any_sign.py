"""Whatever signs a form accepts, every export stands and the published ledger proves itself."""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ET
import zipfile
from decimal import Decimal

import pytest
from django import forms
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some

from commonweal.partners.models import Partner
from commonweal.pledges import actions, published

CONTROLS = "".join(map(chr, [*range(1, 9), 11, 12, *range(14, 32), 127, 0x85, 0xFFFE, 0xFFFF]))
NASTY = [
    "=1+1",
    "'=quoted by hand",
    "@Home",
    "'",
    "''",
    "-5",
    "+44",
    "\tx",
    "a\rb",
    "line\r\nend",
    CONTROLS,
    "a\x0bb",
    "\ufeffmark",
    "👩🏽‍🍳 e\u0301",
    "\u202egnol",
    "x'=y",
    '"quoted"',
]


def accepted(text):
    """The text as a form takes it, or None where it refuses."""
    field = forms.CharField(strip=False, required=True)
    try:
        return field.clean(text)
    except forms.ValidationError:
        return None


def verified(client, tmp_path):
    path = tmp_path / "ledger.csv"
    path.write_bytes(client.get("/ledger.csv").getvalue())
    return published.verify_file(path)


@pytest.mark.parametrize("words", NASTY)
def test_the_published_ledger_proves_words_that_begin_with_anything(
    claimed, client, asha, today, tmp_path, words
):
    pledge, _ = claimed(120)
    actions.claim(
        pledge=pledge, figure=Decimal(130), as_of=today, final=False, report=words, by=asha
    )
    assert verified(client, tmp_path).broken is None


@pytest.mark.parametrize("name", NASTY)
def test_the_published_ledger_proves_organisations_of_any_name(
    claimed, client, asha, bakery, today, tmp_path, name
):
    pledge, _ = claimed(120)
    Partner.objects.filter(pk=bakery.pk).update(name=name)
    pledge.partner.refresh_from_db()
    actions.claim(pledge=pledge, figure=Decimal(130), as_of=today, final=False, report="x", by=asha)
    assert verified(client, tmp_path).broken is None


@given(words=some.text(min_size=1, max_size=40), name=some.text(min_size=1, max_size=20))
@example(words="'=a", name="'@b")
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_published_ledger_proves_any_words(
    claimed_once, client, asha, today, tmp_path, words, name
):
    if accepted(words) is None or accepted(name) is None:
        return
    pledge = claimed_once
    Partner.objects.filter(pk=pledge.partner_id).update(name=name)
    pledge.refresh_from_db()
    actions.claim(pledge=pledge, figure=Decimal(7), as_of=today, final=False, report=words, by=asha)
    assert verified(client, tmp_path).broken is None


@pytest.fixture
def claimed_once(claimed):
    return claimed(120)[0]


def test_words_that_were_changed_in_the_file_are_still_named(
    claimed, client, asha, today, tmp_path
):
    pledge, _ = claimed(120)
    actions.claim(pledge=pledge, figure=Decimal(9), as_of=today, final=False, report="'=a", by=asha)
    path = tmp_path / "ledger.csv"
    text = client.get("/ledger.csv").getvalue().decode()
    path.write_text(text.replace("''=a", "''=b"), newline="")
    assert published.verify_file(path).broken.because == "its words are not the ones written"
    path.write_text(text.replace("Harbour Lane Bakery,", "Harbour Lane Bakery Ltd,"), newline="")
    assert published.verify_file(path).broken is not None


def every_file_of(every_address):
    return [
        name
        for name, parts in every_address
        if not parts and name.split("-")[-1] in {"csv", "json", "word", "feed", "pdf"}
    ]


def test_the_list_of_files_is_whole(every_address):
    assert set(every_file_of(every_address)) - {"statement-json"} >= {"feed", "ledger-csv"}


@pytest.mark.parametrize("nasty", [CONTROLS, "a\x0bb\x0cc", "'=1", "\ufffe<b>&"])
def test_every_export_stands_whatever_a_form_accepted(
    claimed, client, asha, bakery, today, action, theme, every_address, nasty
):
    pledge, _ = claimed(120)
    Partner.objects.filter(pk=bakery.pk).update(name=f"Bakery {nasty}", covers=nasty)
    type(action).objects.filter(pk=action.pk).update(title=f"Act {nasty}", description=nasty)
    type(theme).objects.filter(pk=theme.pk).update(name=f"Theme {nasty}")
    pledge.refresh_from_db()
    type(pledge).objects.filter(pk=pledge.pk).update(statement=f"We promise {nasty}")
    actions.claim(
        pledge=pledge, figure=Decimal(130), as_of=today, final=False, report=nasty, by=asha
    )
    tried = 0
    for name in every_file_of(every_address):
        response = client.get(reverse(name))
        if response.status_code == 404:
            continue
        assert response.status_code == 200, name
        body = response.getvalue() if response.streaming else response.content
        kind = response["Content-Type"]
        if "xml" in kind and "officedocument" not in kind:
            ET.fromstring(body)
        elif "json" in kind:
            json.loads(body)
        elif "word" in kind:
            with zipfile.ZipFile(io.BytesIO(body)) as archive:
                ET.fromstring(archive.read("word/document.xml"))
        tried += 1
    assert tried > 10
