"""Local spend in a real browser: a resident follows a figure home, an analyst takes a file in."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PHONE, DESKTOP = 390, 1280
PUBLIC = [
    "/spend/",
    "/spend/?anchor=brackenford-college",
    "/spend/?route=ledger&place=site",
    "/spend/anchors/",
    "/spend/suppliers/",
    "/spend/suppliers/?q=nothing-at-all",
    "/spend/payments/",
    "/spend/payments/?band=town",
    "/spend/sectors/",
    "/spend/opportunities/",
    "/spend/opportunities/?category=Security",
    "/spend/how-we-know/",
    "/metrics/council-local-share/",
    "/methods/local-share/",
    "/methods/local-spend/",
]
DESK = [
    "/desk/spend/",
    "/desk/spend/releases/",
    "/desk/spend/anchors/",
    "/desk/spend/review/",
    "/desk/spend/decided/",
    "/desk/spend/sample/",
]


@pytest.mark.parametrize("width", [PHONE, DESKTOP, 320])
def test_every_page_of_local_spend_is_right(visit, looks_right, width):
    page = visit(width=width)
    for path in PUBLIC:
        page.goto(path)
        looks_right(page)
        # No name of a row is broken into letters, one under another.
        for cell in page.locator("main tbody tr:first-child > *:first-child").all():
            assert cell.bounding_box()["width"] > 60, path
    analyst = visit("analyst", width=width)
    for path in DESK:
        analyst.goto(path)
        looks_right(analyst)
    analyst.locator("main form").first.locator("button").first.click()
    looks_right(analyst)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_resident_follows_a_share_to_the_lines_of_a_file(visit, looks_right, javascript):
    """In three clicks: from the picture's table to payments, to a supplier, to the file."""
    page = visit(width=PHONE, javascript=javascript)
    page.goto("/spend/")
    row = page.locator("main tbody tr").first
    pounds = row.locator("td").nth(2).inner_text()
    row.get_by_role("link").click()
    lede = page.locator(".lede").inner_text()
    exact = re.search(r"£([\d,]+)\.(\d\d)", lede)
    rounded = int(exact[1].replace(",", "")) + (int(exact[2]) >= 50)
    assert f"£{rounded:,}" == pounds
    if javascript:
        looks_right(page)
    page.get_by_role("link", name=re.compile("^line")).first.click()
    assert "The parts make the whole" in page.locator("main").inner_text()
    if javascript:
        looks_right(page)
    page.goto("/spend/suppliers/")
    page.locator("main tbody a").first.click()
    expect(page.get_by_role("heading", name="How we know who it is")).to_be_visible()
    if javascript:
        looks_right(page)


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_an_analyst_takes_a_file_nobody_has_seen_before(visit, looks_right, width):
    analyst = visit("analyst", width=width)
    analyst.goto("/desk/spend/")
    analyst.get_by_role("link", name="Upload payments").click()
    analyst.get_by_label("Whose").select_option(label="Brackenford General Hospital")
    rows = (
        f"Wer,Wann,Summe A,Summe B\nBramble {width} Baskets Ltd,03/07/2024,10.00,12.00\n"
        f"Bramble {width} Baskets Ltd,04/07/2024,5.00,6.00\n"
    )
    analyst.get_by_label("File of payments").set_input_files(
        {"name": f"odd-{width}.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    analyst.get_by_role("button", name="Read it").click()
    expect(analyst.get_by_text("no column that can be an amount").first).to_be_visible()
    looks_right(analyst)
    analyst.get_by_role("link", name="Read it in another way").click()
    looks_right(analyst)
    analyst.get_by_label("Amount").select_option(label="Summe B (4)")
    analyst.get_by_label("Payee", exact=True).select_option(label="Wer (1)")
    analyst.get_by_label("Date of payment").select_option(label="Wann (2)")
    analyst.get_by_role("button", name="Read it again").click()
    expect(analyst.get_by_text("The parts make the whole")).to_be_visible()
    looks_right(analyst)
    if analyst.get_by_label("No: its payments are counted").count():
        analyst.get_by_label("No: its payments are counted").check()
    analyst.get_by_role("button", name="Take it").click()
    expect(analyst.get_by_text("The figures are being worked out anew")).to_be_visible()
    looks_right(analyst)
    reader = visit(width=width)
    for _ in range(60):
        reader.goto(f"/spend/suppliers/?q=Bramble+{width}")
        if reader.get_by_role("link", name=f"Bramble {width} Baskets Ltd").count():
            break
        reader.wait_for_timeout(500)
    reader.get_by_role("link", name=f"Bramble {width} Baskets Ltd").click()
    assert "£18 in 2 payments from 1 anchor" in reader.locator(".lede").inner_text()
    # Once more: the same file changes nothing.
    analyst.goto("/desk/spend/releases/")
    analyst.get_by_label("Whose").select_option(label="Brackenford General Hospital")
    analyst.get_by_label("File of payments").set_input_files(
        {"name": f"again-{width}.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    analyst.get_by_role("button", name="Read it").click()
    expect(analyst.get_by_text("This very file is there already").first).to_be_visible()
    looks_right(analyst)


def test_an_analyst_reviews_the_payee_with_most_money(visit, looks_right):
    analyst = visit("analyst", width=PHONE)
    analyst.goto("/desk/spend/review/")
    analyst.locator("main tbody a").first.click()
    name = analyst.locator("main .lede").inner_text()
    analyst.get_by_role("button", name="Decide").click()
    looks_right(analyst)
    analyst.get_by_label("An organisation that stands in no register here").check()
    analyst.get_by_label("How you know").fill("Asked the council.")
    analyst.get_by_role("button", name="Decide").click()
    analyst.goto("/desk/spend/decided/")
    expect(analyst.get_by_text("Asked the council.")).to_be_visible()
    analyst.get_by_role("link", name=f"Take back the decision on {name}").click()
    analyst.get_by_label("Why").fill("Not so.")
    analyst.get_by_role("button", name="Take it back").click()
    expect(analyst.get_by_text("Not so.")).to_be_visible()
    looks_right(analyst)
