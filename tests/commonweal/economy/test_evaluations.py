"""What published evaluations found elsewhere stands beside a scenario, and moves nothing in it."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest
from django.urls import reverse

from commonweal.economy.scenarios import evaluations

ROOT = Path(__file__).resolve().parents[3]


def test_every_finding_has_its_place_source_and_link():
    published = evaluations.published()
    assert len(published.findings) == 10
    for finding in published.findings:
        assert all((finding.of, finding.others, finding.place, finding.source))
        assert finding.url.startswith("https://")
    assert "were not read" in published.toolkit.says
    assert published.range_of("tradable") == (Decimal("0.5"), Decimal("2.5"))


def test_the_page_on_method_has_the_same_findings():
    """Each line of its table, in the same order."""
    page = (ROOT / "docs" / "methods" / "scenarios.md").read_text()
    part = page.partition("## What evaluations found elsewhere")[2].partition("\n## ")[0]
    rows = [line.strip("| ").split(" | ")[:2] for line in part.splitlines() if line[:4] == "| in"]
    findings = evaluations.published().findings
    assert rows == [[f.of, f"{f.written} {f.others}"] for f in findings]


@pytest.mark.django_db
def test_they_stand_on_the_page_and_in_the_file_and_move_no_figure(asked, sign_in, yusuf):
    version = asked(title="Silent")
    staff = sign_in(yusuf)
    address = [version.scenario.code, version.number]
    answer = staff.get(reverse("desk-scenario", args=address))
    page = " ".join(answer.content.decode().split())
    assert "lies between 0.5 and 2.5 by what they found" in page
    assert "0.4 fewer in manufacturing" in page
    assert "none is of a single British town" in page
    answer = staff.get(reverse("desk-scenario-csv", args=address))
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    told = [row for row in rows if row["part"] == "evaluations elsewhere"]
    assert len(told) == 10 + len(evaluations.NOT_OF)
    assert not any(row["low"] or row["middle"] or row["high"] for row in told)
    assert "evaluations" not in version.answer["figures"]
