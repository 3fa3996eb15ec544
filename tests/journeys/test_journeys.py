"""Whole journeys in a real browser, as a partner, a reviewer, a charter manager and a resident."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PHONE, DESKTOP = 390, 1280
PUBLIC = [
    "/",
    "/charter/",
    "/charter/1/",
    "/charter/decisions/",
    "/partners/",
    "/pledges/",
    "/pledges/?standing=overdue&theme=fair-work",
    "/pledges/?q=nothing-at-all",
    "/ledger/",
    "/data/",
    "/methods/",
    "/methods/standing/",
    "/methods/promise-bar/",
    "/accessibility/",
    "/privacy/",
    "/cookies/",
    "/themes/neighbours/",
    "/partners/harbour-lane-bakery/",
    "/demo/",
    "/accounts/login/code/",
    "/accounts/signup/",
    "/nowhere/",
    "/programme/",
    "/programme/plan/",
    "/metrics/",
    "/metrics/local-spend/",
    "/balance/",
    "/help/",
    "/help/services/",
    "/help/asks/",
    "/help/figures/",
    "/help/notice/",
    "/help/resume/",
    "/methods/surge/",
    "/methods/duplicates/",
    "/methods/balance-sheet/",
    "/methods/closed-books/",
    "/methods/programme/",
]
STAFF = [
    ("charter-manager", "/desk/charter/"),
    ("charter-manager", "/desk/charter/import/"),
    ("charter-manager", "/desk/charter/imports/"),
    ("charter-manager", "/desk/"),
    ("charter-manager", "/desk/charter/partners/quayside-toy-library/"),
    ("reviewer", "/desk/review/"),
    ("validator", "/desk/tiers/"),
    ("validator", "/desk/tiers/propose/harbour-lane-bakery/"),
    ("administrator", "/desk/people/"),
    ("data-protection-officer", "/desk/record/"),
    ("partner", "/space/harbour-lane-bakery/"),
    ("partner", "/space/harbour-lane-bakery/profile/"),
    ("partner", "/space/harbour-lane-bakery/people/"),
    ("partner", "/space/harbour-lane-bakery/tiers/"),
    ("partner", "/join/"),
    ("partner", "/accounts/you/"),
    ("partner", "/accounts/2fa/"),
    ("partner", "/accounts/email/"),
    ("resident", "/space/"),
    ("resident", "/desk/charter/"),
    ("programme-lead", "/desk/programme/"),
    ("programme-lead", "/desk/balance/"),
    ("programme-lead", "/desk/programme/actions/"),
    ("programme-lead", "/desk/programme/accelerate/"),
    ("programme-lead", "/desk/programme/risks/"),
    ("programme-lead", "/desk/programme/decisions/"),
    ("programme-lead", "/desk/programme/import/"),
    ("programme-lead", "/desk/programme/bind/"),
    ("programme-lead", "/desk/balance/open/"),
    ("council-lead", "/space/brackenford-borough-council/programme/"),
    ("call-handler", "/desk/help/"),
    ("call-handler", "/desk/help/search/"),
    ("desk-manager", "/desk/help/?show=all"),
    ("desk-manager", "/desk/help/manage/"),
    ("desk-manager", "/desk/help/lists/"),
    ("desk-manager", "/desk/help/bulk/"),
    ("desk-manager", "/desk/help/services/"),
    ("desk-manager", "/desk/help/asks/"),
    ("referral-worker", "/space/brackenford-advice-centre/referrals/"),
    ("referral-worker", "/space/brackenford-advice-centre/referrals/new/"),
    ("referral-worker", "/space/brackenford-advice-centre/services/"),
    ("referral-worker", "/space/brackenford-advice-centre/services/new/"),
    ("volunteer", "/help/give/"),
    ("partner", "/help/give/"),
    ("grants-assessor", "/desk/grants/"),
    ("finance-officer", "/desk/grants/"),
    ("finance-officer", "/desk/grants/funds/"),
    ("data-protection-officer", "/desk/reads/"),
    ("data-protection-officer", "/desk/subject/"),
]


@pytest.mark.parametrize("width", [PHONE, DESKTOP, 320])
def test_every_public_page_is_right(visit, looks_right, width):
    page = visit(width=width)
    for path in PUBLIC:
        page.goto(path)
        page.problems[:] = [p for p in page.problems if "404" not in p]
        looks_right(page)
    page.goto("/pledges/")
    page.locator(".cards :is(h2, h3) a").first.click()
    looks_right(page)
    page.get_by_role("link", name="Ask a question").click()
    looks_right(page)


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_every_page_behind_sign_in_is_right(visit, looks_right, width):
    visitors = {}
    for role, path in STAFF:
        page = visitors.get(role) or visitors.setdefault(role, visit(role, width=width))
        page.goto(path)
        page.problems[:] = [p for p in page.problems if "403" not in p]
        looks_right(page)
    manager = visitors["charter-manager"]
    for words in ("Pledges to accept", "Questions to read", "Claims to give to a reviewer"):
        manager.goto("/desk/charter/")
        manager.get_by_role("link", name=words).click()
        looks_right(manager)
        manager.locator(".cards a").first.click()
        looks_right(manager)


def fill_date(page, day, month, year):
    for label, value in (("Day", day), ("Month", month), ("Year", year)):
        page.get_by_label(label, exact=True).fill(str(value))


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_from_a_first_visit_to_a_verified_result(visit, looks_right, town, code_in, width):
    """A new person signs up, joins with a club, pledges; the manager accepts; they report;
    a reviewer verifies; a resident reads and asks."""
    name = f"Canoe Club {width}"
    page = visit(width=width)
    page.goto("/join/")
    looks_right(page)
    page.get_by_role("link", name="Start now").click()
    page.get_by_role("link", name="Set up your sign-in").click()
    page.get_by_label("E-mail address").fill(f"cleo{width}@example.org")
    page.get_by_label("Your name").fill("Cleo Wren")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Code").fill(code_in(town.newest_mail(f"cleo{width}@example.org")))
    page.get_by_role("button", name="Go on").click()
    # Who signed in on the way is asked the first question at once.
    expect(page.get_by_role("heading", name="What is your organisation called?")).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    looks_right(page)
    page.get_by_label("Name of the organisation").fill(name)
    page.get_by_role("button", name="Go on").click()
    if page.get_by_label("None of them").count():
        looks_right(page)
        page.get_by_label("None of them").check()
        page.get_by_role("button", name="Go on").click()
    page.get_by_label("Voluntary", exact=True).check()
    page.get_by_label("What kind of organisation is it?").select_option("club")
    page.get_by_label("Volunteers only").check()
    looks_right(page)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Your role there").fill("Secretary")
    page.get_by_label("I may act for this organisation").check()
    page.get_by_role("button", name="Go on").click()
    looks_right(page)
    page.get_by_role("button", name="Join").click()
    # The charter is signed on the same way, and the signature held.
    expect(page.get_by_role("heading", name="Sign the charter")).to_be_visible()
    looks_right(page)
    page.get_by_label("I may sign for this organisation").check()
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    expect(page.get_by_text("Signed, held until your organisation is accepted")).to_be_visible()
    looks_right(page)

    page.get_by_role("button", name="Make a pledge").click()
    page.get_by_label("Hours volunteered").check()
    looks_right(page)
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_label("Your promise, in one or two sentences").fill(
        f"We will give 60 hours, {name}."
    )
    page.get_by_label("Who will be better off?").fill("Children at the lake")
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_label("Where are you today?").fill("0")
    page.get_by_role("button", name="Save and go on").click()
    assert (
        "Enter the figure that you want to reach"
        in page.locator(".govuk-error-summary").inner_text()
    )
    looks_right(page)
    page.get_by_label("What do you want to reach?").fill("60")
    fill_date(page, 31, 3, 2029)
    page.get_by_role("button", name="Save and go on").click()
    # Whoever said what they are there is not asked who answers for it.
    expect(page.get_by_text("Secretary")).to_be_visible()
    looks_right(page)
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_text("It is held until your organisation is accepted")).to_be_visible()
    mine = page.url

    manager = visit("charter-manager", width=width)
    manager.goto(f"/desk/charter/queues/partners/?q={name}")
    manager.get_by_role("link", name=name).first.click()
    manager.get_by_role("button", name="Accept into the register").click()
    manager.goto(f"/desk/charter/queues/pledges/?q={name}")
    manager.get_by_role("link", name=f"We will give 60 hours, {name}.").click()
    looks_right(manager)
    manager.get_by_role("button", name="Accept into the register").click()
    expect(manager.get_by_text("The pledge is in the register")).to_be_visible()

    page.goto(mine)
    page.get_by_role("link", name="Report progress").click()
    looks_right(page)
    page.get_by_label("How far have you come?").fill("60")
    page.get_by_label("What happened?").fill("Every Saturday since May.")
    page.get_by_role("button", name="Go on").click()
    looks_right(page)
    page.get_by_label("File that shows it").set_input_files(
        {"name": "hours.csv", "mimeType": "text/csv", "buffer": b"day,hours\n1,60\n"}
    )
    page.get_by_role("button", name="Send the report").click()
    expect(page.locator("strong.govuk-tag", has_text="Claimed").first).to_be_visible()
    looks_right(page)

    reviewer = visit("reviewer", width=width)
    # The oldest first, so what was just claimed is on the last page.
    reviewer.goto("/desk/review/?show=free&page=99")
    looks_right(reviewer)
    reviewer.get_by_role("link", name=re.compile(f"{name}: 60 hours")).click()
    looks_right(reviewer)
    expect(reviewer.get_by_text("1,60").first).to_be_visible()
    with reviewer.expect_download() as download:
        reviewer.get_by_role("link", name="Download hours.csv").click()
    assert download.value.suggested_filename == "hours.csv"
    reviewer.get_by_label("All of it").check()
    reviewer.get_by_label("What did you look at?").fill("The sheet lists sixty hours.")
    reviewer.get_by_role("button", name="Send the review").click()

    resident = visit(width=width)
    resident.goto("/pledges/")
    resident.get_by_label("Words").fill(name)
    resident.get_by_role("button", name="Show").click()
    resident.get_by_role("link", name=re.compile(f"We will give 60 hours, {name}")).click()
    expect(resident.get_by_text("60 of 60 hours verified")).to_be_visible()
    expect(resident.get_by_text("Verified: met").first).to_be_visible()
    looks_right(resident)
    resident.get_by_role("link", name="Ask a question").click()
    resident.get_by_label("Your question").fill("May I come along?")
    resident.get_by_role("button", name="Send the question").click()
    expect(resident.get_by_text("The charter manager reads your question")).to_be_visible()


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_a_newcomer_follows_three_figures_of_the_balance_sheet_home(visit, looks_right, width):
    """From the first page; each figure is at its rows in one click and at its entries in two
    more."""
    page = visit(width=width)
    page.goto("/")
    page.get_by_role("link", name="Balance sheet").first.click()
    looks_right(page)
    page.locator("main a[href^='/balance/20']").first.click()
    looks_right(page)
    statement = page.url
    page.get_by_role("link", name="Committee report").first.click()
    looks_right(page)
    page.goto(statement)
    figures = page.locator(".account tbody a")
    for index in (0, 3, figures.count() - 1):
        page.goto(statement)
        for words in page.locator("details.fold:has(.account) > summary").all():
            words.click()
        link = figures.nth(index)
        words = link.inner_text().split()[0].replace(",", "")
        link.click()
        looks_right(page)
        assert words.lstrip("-") in page.locator("main").inner_text().replace(",", "")
        page.locator("main a[href^='/pledges/']").first.click()
        expect(page.locator(".ledger").first).to_be_visible()
        looks_right(page)
    page.goto(statement)
    page.get_by_role("link", name="How to check that nothing was changed").click()
    looks_right(page)


def test_the_programme_is_planned_moved_and_read(visit, looks_right):
    lead = visit("programme-lead", width=PHONE)
    lead.goto("/desk/programme/actions/")
    lead.get_by_label("What will be done?").fill("Count the empty shops")
    lead.get_by_label("Milestone 1: what will be there?").fill("List made")
    for box, part in enumerate((31, 3, 2029)):
        lead.locator(f"[name=milestone_1_on_{box}]").fill(str(part))
    lead.get_by_role("button", name="Add it").click()
    looks_right(lead)
    lead.goto("/programme/")
    for words in lead.locator("details.fold > summary").all():
        words.click()
    lead.locator("main").get_by_role("link", name="Count the empty shops").first.click()
    looks_right(lead)
    lead.get_by_role("link", name=re.compile("^Move")).first.click()
    fill_date(lead, 30, 4, 2029)
    lead.get_by_label("Why does it move?").fill("The list takes longer.")
    lead.get_by_role("button", name="Move it").click()
    reader = visit()
    reader.goto(lead.url)
    expect(reader.get_by_text("The list takes longer.")).to_be_visible()
    looks_right(reader)


def test_a_resident_asks_for_help_on_a_phone_without_javascript(visit, looks_right):
    page = visit(width=320, javascript=False)
    page.goto("/help/")
    page.get_by_role("button", name="Ask for help here").click()
    page.get_by_role("button", name="Save and go on").click()
    assert "Choose at least one" in page.locator(".govuk-error-summary").inner_text()
    page.get_by_label("Food", exact=True).check()
    page.get_by_label("No food today").check()
    page.get_by_label("Tell us more, if you like").fill("There is nothing left.")
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_label("First name").fill("Ida")
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_label("Telephone", exact=True).fill("07700 900123")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_text("There is nothing left.")).to_be_visible()
    page.get_by_label("I agree to this").check()
    page.get_by_role("button", name="Ask for help").click()
    expect(page.get_by_role("heading", name="We have it")).to_be_visible()
    with_script = visit(width=320)
    with_script.goto("/help/")
    with_script.get_by_role("button", name="Ask for help here").click()
    looks_right(with_script)
    with_script.get_by_role("button", name="Save and go on").click()
    looks_right(with_script)


def test_from_a_call_to_a_closed_loop(visit, looks_right):
    """A new handler takes a call, finds the duplicate, refers; the partner declines and the case is
    back; the manager asks partners; a pledge is drawn on; a grant is awarded and reviewed."""
    leah = visit("call-handler")
    leah.goto("/desk/help/")
    leah.get_by_role("button", name="Take a call").click()
    looks_right(leah)
    leah.get_by_label("First name", exact=True).fill("Billy")
    leah.get_by_label("Last name", exact=True).fill("Turner")
    leah.get_by_label("Telephone", exact=True).fill("07700 934567")
    # It is kept, and looks for duplicates, while one types.
    leah.locator("#candidates").get_by_text("forms of one name").first.wait_for()
    assert "Kept at" in leah.locator("#saved").inner_text()
    leah.locator("#candidates input[name=resident]").first.check()
    leah.get_by_label("Debts", exact=True).check()
    leah.get_by_label("Yes, they agree").check()
    leah.get_by_label("What happened, in their own words").fill("Letters every day.")
    looks_right(leah)
    leah.get_by_role("button", name="Put it into the queue").click()
    leah.wait_for_url("**/desk/help/cases/**")
    case = leah.url
    looks_right(leah)
    # Two records of one person: compared, decided by a person.
    leah.get_by_role("link", name="Compare the two").first.click()
    looks_right(leah)
    leah.get_by_label("How do you know?").fill("The same voice.")
    leah.get_by_role("button", name="One person: merge them").click()
    expect(leah.get_by_text("It can be undone")).to_be_visible()
    leah.goto(case)
    leah.get_by_role("link", name="They agree to share something").click()
    for name in ("First name", "Telephone"):
        leah.get_by_label(name, exact=True).check()
    leah.get_by_label("For what? To get help with").select_option(label="Debts")
    leah.get_by_label("To whom?").select_option(label="Brackenford Advice Centre")
    leah.get_by_label("In which words did they agree?").fill("Yes, do.")
    looks_right(leah)
    leah.get_by_role("button", name="Keep it").click()
    leah.locator("main .card", has_text="Debts").get_by_role(
        "link", name="Refer to a partner"
    ).click()
    option = leah.locator("select[name=service] option", has_text="Money and debt advice")
    leah.get_by_label("To which service?").select_option(option.first.get_attribute("value"))
    leah.get_by_label("The details that were consented to").check()
    looks_right(leah)
    leah.get_by_role("button", name="Send it").click()
    expect(leah.get_by_text("Brackenford Advice Centre").first).to_be_visible()

    joan = visit("referral-worker", width=PHONE)
    joan.goto("/space/brackenford-advice-centre/referrals/")
    links = joan.locator("main .cards a[href*='/referrals/X-']")
    for index in range(links.count()):
        joan.goto("/space/brackenford-advice-centre/referrals/")
        links.nth(index).click()
        if joan.get_by_text("07700 934567").count():
            break
    looks_right(joan)
    assert not joan.get_by_text("Letters every day.").count()
    joan.get_by_label("No place is free").check()
    joan.get_by_role("button", name="Decline").click()
    expect(joan.get_by_text("You can't read")).to_be_visible()
    leah.goto("/desk/help/")
    expect(leah.get_by_text("declined (no place is free)").first).to_be_visible()
    looks_right(leah)

    grace = visit("desk-manager")
    grace.goto("/desk/help/asks/")
    grace.get_by_label("What is needed?").fill("Hours of budget coaching")
    grace.get_by_label("How many?").fill("30")
    grace.get_by_label("Of what?").fill("hours")
    grace.get_by_role("button", name="Draft it").click()
    grace.get_by_role("link", name="Hours of budget coaching").click()
    grace.get_by_role("button", name="Publish it").click()
    looks_right(grace)
    grace.goto("/desk/help/manage/")
    expect(grace.get_by_text("usual is about").first).to_be_visible()
    grace.get_by_role("link", name="Hours of shopping").click()
    grace.get_by_role("link", name="Use some").first.click()
    grace.get_by_label("How much is used?").fill("1")
    grace.get_by_role("button", name="Write it down").click()
    grace.locator("main a[href^='/pledges/']").first.click()
    expect(grace.get_by_text("offers to what the town asks for are used")).to_be_visible()
    looks_right(grace)

    leah.goto(case)
    leah.get_by_role("link", name="Ask for a grant").click()
    fund = leah.locator("select[name=fund] option", has_text="Household Support Fund")
    leah.get_by_label("From which fund?").select_option(fund.first.get_attribute("value"))
    leah.get_by_label("Food", exact=True).check()
    leah.get_by_label("Why is it needed?").select_option("GTIR010")
    leah.get_by_label("What will it be spent on?").select_option("GTIP070")
    leah.get_by_label("How much is asked for? (£)").fill("60")
    looks_right(leah)
    leah.get_by_role("button", name="Ask for it").click()
    mei = visit("grants-assessor")
    mei.goto("/desk/grants/")
    mei.locator("main .cards a", has_text="G-").filter(has_text="G-").nth(1).click()
    looks_right(mei)
    award = mei.url
    mei.get_by_role("link", name="Assess").click()
    mei.get_by_label("Reasons, as the letter gives them").fill("Nothing until Friday.")
    mei.get_by_role("button", name="Assess it").click()
    robert = visit("grants-approver")
    robert.goto(award)
    if robert.get_by_role("link", name="Let it go on").count():
        robert.get_by_role("link", name="Let it go on").click()
        robert.get_by_label("Why?").fill("It is another need.")
        robert.get_by_role("button", name="Let it go on").click()
    robert.get_by_role("button", name="Approve").click()
    robert.get_by_role("link", name="The letter").click()
    looks_right(robert)
    robert.goto(award)
    robert.get_by_role("link", name="They ask for a review").click()
    robert.get_by_label("Why?").fill("It does not last.")
    robert.get_by_role("button", name="Write it down").click()
    robert.get_by_role("link", name="Decide it").click()
    robert.get_by_label("Reasons, as the letter gives them").fill("Looked again.")
    robert.get_by_role("button", name="Decide").click()
    expect(robert.get_by_text("Another officer must review it").first).to_be_visible()
    wanda = visit("second-approver")
    wanda.goto(award)
    wanda.get_by_role("link", name="Decide it").click()
    looks_right(wanda)
    wanda.get_by_label("How much is right? (£)").fill("80")
    wanda.get_by_label("Reasons, as the letter gives them").fill("Looked again.")
    wanda.get_by_role("button", name="Decide").click()
    expect(wanda.get_by_text("£80").first).to_be_visible()
    looks_right(wanda)


def test_a_volunteer_takes_a_task_and_reads_the_address_only_then(visit, looks_right):
    sam = visit("volunteer", width=PHONE)
    sam.goto("/help/give/")
    sam.locator("main .cards a[href*='/tasks/']").last.click()
    assert not sam.get_by_text("At the door").count()
    looks_right(sam)
    sam.get_by_role("button", name="Take it").click()
    expect(sam.get_by_text("At the door")).to_be_visible()
    looks_right(sam)
    sam.get_by_label("How many minutes did it take?").fill("50")
    sam.get_by_role("button", name="Done", exact=True).click()
    expect(sam.get_by_text("Thank you!")).to_be_visible()


def tab_to(page, words: str) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "(document.activeElement.innerText || "
            "document.activeElement.labels?.[0]?.innerText || '')"
        )
        if words in focused:
            return
    raise AssertionError(f"the keyboard never reached {words!r}")


def test_a_pledge_is_reported_by_keyboard_alone(visit):
    page = visit("council-lead")
    page.goto("/space/brackenford-borough-council/")
    page.keyboard.press("Tab")
    assert "Skip to main content" in page.evaluate("document.activeElement.innerText")
    page.keyboard.press("Enter")
    link = page.locator("main .card a").filter(has_text="We will").first.inner_text()
    tab_to(page, link[:30])
    page.keyboard.press("Enter")
    page.wait_for_url("**/pledges/*/")
    tab_to(page, "Report progress")
    page.keyboard.press("Enter")
    page.wait_for_url("**/claim/")
    tab_to(page, "How far have you come?")
    page.keyboard.type("1")
    tab_to(page, "Go on")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Check your report")).to_be_visible()
    tab_to(page, "Send the report")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: not address.endswith("/claim/"))
    expect(page.get_by_text("of the ledger").first).to_be_visible()


def test_everything_works_without_javascript(visit):
    page = visit("club", javascript=False)
    page.goto("/space/brackenford-chess-club/")
    page.get_by_role("button", name="Make a pledge").click()
    page.get_by_role("button", name="Save and go on").click()
    assert (
        page.locator(".govuk-error-summary a").first.inner_text() == "Choose what will be counted"
    )
    page.goto("/pledges/?standing=open")
    assert page.locator(".cards li").count() > 10


def test_a_passkey_signs_in_proves_and_unlocks(visit, town, code_in, looks_right):
    page = visit()
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    base = town.address.replace("127.0.0.1", "localhost")
    page.goto(f"{base}/accounts/login/code/")
    page.get_by_label("E-mail address").fill("asha.patel@brackenford.example")
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code").fill(code_in(town.newest_mail("asha.patel@brackenford.example")))
    page.get_by_role("button", name="Go on").click()
    page.goto(f"{base}/accounts/2fa/webauthn/add/")
    looks_right(page)
    page.get_by_label("What you call it").fill("My phone")
    assert page.get_by_label("Sign in with it alone").is_checked()
    page.get_by_role("button", name="Add").click()
    page.wait_for_url(lambda address: not address.endswith("/add/"))
    page.goto(f"{base}/accounts/2fa/")
    assert "You have 1." in page.locator("main").inner_text()
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{base}/accounts/login/code/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/space/**")
    page.goto(f"{base}/accounts/2fa/webauthn/")
    assert "My phone" in page.locator("main").inner_text()
    for ask in ("reauthenticate", "unlock"):
        page.goto(f"{base}/accounts/{ask}/?next=/accounts/you/")
        looks_right(page)
        page.get_by_role("button", name="Use your passkey").click()
        page.wait_for_url(f"{base}/accounts/you/")
    looks_right(page)
    assert "Asha Patel" in page.locator("header").inner_text()


def first_link(page, words):
    return page.get_by_role("link", name=words).first.get_attribute("href")


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_every_form_is_right_also_when_it_is_wrong(visit, looks_right, width):
    """Each form of partner, panel, reviewer and manager, empty and sent empty."""
    partner = visit("council-lead", width=width)
    home = "/space/brackenford-borough-council/"
    partner.goto(f"{home}?")
    addresses = [f"{home}profile/", f"{home}people/", f"{home}sign/", "/join/"]
    pledges = partner.locator(".cards h3 a")
    for index in range(pledges.count()):
        link = pledges.nth(index).get_attribute("href")
        addresses += [f"{link}{verb}/" for verb in ("claim", "change", "withdraw")]
        if index == 1:
            break
    partner.goto(f"{home}people/")
    addresses.append(first_link(partner, re.compile("Leaves")))
    partner.goto(f"{home}")
    partner.get_by_text("What else you can do").click()
    if partner.get_by_role("link", name="Leave the charter").count():
        addresses.append(first_link(partner, "Leave the charter"))
    send_empty(partner, addresses, looks_right)

    reviewer = visit("second-reviewer", width=width)
    reviewer.goto("/desk/review/")
    links = [a.get_attribute("href") for a in reviewer.locator(".cards h3 a").all()[:6]]
    reviewer.goto("/desk/tiers/")
    links.append(first_link(reviewer, re.compile("Propose to withdraw")))
    links.append("/desk/tiers/propose/harbour-lane-bakery/")
    send_empty(reviewer, links, looks_right)

    manager = visit("charter-manager", width=width)
    manager.goto("/desk/charter/queues/claims/")
    assign = manager.locator(".cards a").first.get_attribute("href")
    send_empty(manager, ["/desk/charter/import/", assign], looks_right)
    manager.goto("/desk/charter/import/")
    manager.get_by_label("Kind of list").select_option("commonweal")
    rows = (
        "partner,sector,reference,statement,measure,target,due_on\n"
        f"Lido {width},voluntary,1,We give 9 hours,volunteer-hours,9,2029-01-31\n"
        f"Lido {width},voluntary,2,We give some,volunteer-hours,some,2029-01-31\n"
    )
    manager.get_by_label("File", exact=True).set_input_files(
        {"name": f"list-{width}.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    manager.get_by_role("button", name="Show what would happen").click()
    expect(manager.get_by_text("'some' is no number")).to_be_visible()
    looks_right(manager)
    manager.get_by_role("button", name="Bring it in").click()
    expect(manager.get_by_text("The file is brought in.")).to_be_visible()
    looks_right(manager)

    officer = visit("data-protection-officer", width=width)
    send_empty(officer, ["/desk/entries/1/strike/"], looks_right)
    administrator = visit("administrator", width=width)
    send_empty(administrator, ["/desk/people/"], looks_right)


def send_empty(page, addresses, looks_right):
    for address in addresses:
        page.goto(address)
        looks_right(page)
        form = page.locator("main form").last
        if not form.count():
            continue
        form.locator("button").last.click()
        page.wait_for_load_state()
        looks_right(page)


def test_an_authenticator_app_is_set_up_and_codes_kept(visit, looks_right, town, code_in):
    from app_numbers import app_number

    page = visit()
    page.goto("/accounts/login/code/")
    page.get_by_label("E-mail address").fill("glyn.parry@brackenford.example")
    page.get_by_role("button", name="Send me a code").click()
    looks_right(page)
    page.get_by_label("Code").fill(code_in(town.newest_mail("glyn.parry@brackenford.example")))
    page.get_by_role("button", name="Go on").click()
    page.goto("/accounts/2fa/totp/activate/")
    looks_right(page)
    secret = page.get_by_label("The secret").input_value()
    for _try in range(3):
        # A busy machine may be slower than a number lasts. A person then reads the next one.
        page.get_by_label("The number that the app shows").fill(app_number(secret, seconds=15))
        page.get_by_role("button", name="Set it up").click()
        page.locator("#recovery_codes, .govuk-error-summary").first.wait_for()
        if "activate" not in page.url:
            break
    looks_right(page)
    assert page.locator("#recovery_codes li").count() == 10
    assert page.get_by_role("link", name="Go on").count() == 1
    page.goto("/accounts/2fa/")
    looks_right(page)
    assert "It is set up" in page.locator("main").inner_text()
    for path in (
        "/accounts/2fa/recovery-codes/",
        "/accounts/2fa/totp/deactivate/",
        "/accounts/email/",
    ):
        page.goto(path)
        looks_right(page)
