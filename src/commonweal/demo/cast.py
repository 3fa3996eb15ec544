"""The people of the fictional town that one can sign in as."""

from __future__ import annotations

from dataclasses import dataclass

DOMAIN = "brackenford.example"


@dataclass(frozen=True)
class Member:
    """One person of the cast: what they are, and where their day begins."""

    role: str
    title: str
    name: str
    does: str
    starts_at: str
    town_role: str = ""
    partner: str = ""

    @property
    def email(self) -> str:
        return f"{self.name.lower().replace(' ', '.')}@{DOMAIN}"


CAST = (
    Member("charter-manager", "Charter manager", "Maya Lindqvist",
           "accepts partners and pledges, lets questions in, imports", "/desk/charter/",
           "charter_manager", "brackenford-borough-council"),
    Member("programme-lead", "Programme lead", "Nadia Clarke",
           "plans actions, watches metrics, drafts the balance sheet", "/desk/programme/",
           "programme_lead", "brackenford-borough-council"),
    Member("analyst", "Analyst", "Yusuf Demir",
           "reads payments of the anchors, reviews payees, checks the sample", "/desk/spend/",
           "analyst", "brackenford-borough-council"),
    Member("reviewer", "Reviewer", "Idris Bowen",
           "verifies claims of other organisations; works at the college", "/desk/review/",
           "reviewer", "brackenford-college"),
    Member("second-reviewer", "Second reviewer", "Priya Nair",
           "looks again at contested reviews; works at the housing association",
           "/desk/review/", "reviewer", "oakbridge-homes"),
    Member("validator", "Validator", "Councillor Tom Ashdown",
           "sits in the cross-party group; confirms tiers", "/desk/tiers/", "validator", ""),
    Member("partner", "Partner (small firm)", "Asha Patel",
           "owns the bakery; pledges and reports", "/space/harbour-lane-bakery/", "",
           "harbour-lane-bakery"),
    Member("club", "Partner (club with one volunteer)", "Glyn Parry",
           "runs the chess club alone", "/space/brackenford-chess-club/", "",
           "brackenford-chess-club"),
    Member("council-lead", "Partner (the council itself)", "Sarah Okafor",
           "answers for the council's own pledges", "/space/brackenford-borough-council/", "",
           "brackenford-borough-council"),
    Member("data-protection-officer", "Data protection officer", "Helen Marsh",
           "reads the record, strikes out words that break the law", "/desk/record/",
           "data_protection_officer", ""),
    Member("call-handler", "Call handler", "Leah Omondi",
           "takes calls, finds out who it is, refers, rings back", "/desk/help/",
           "call_handler", ""),
    Member("named-colleague", "Named colleague", "Noor Haddad",
           "is rung for cases of safety at home, and opens them", "/desk/help/",
           "named_colleague", ""),
    Member("second-handler", "Second call handler", "Owen Pryce",
           "was redeployed yesterday; goes on where a call was cut off", "/desk/help/",
           "call_handler", ""),
    Member("desk-manager", "Desk manager", "Grace Whitlock",
           "shares work out, reads lists, asks partners, watches for surges", "/desk/help/manage/",
           "desk_manager", "brackenford-borough-council"),
    Member("referral-worker", "Referral worker of a partner", "Joan Tully",
           "answers referrals at the advice centre", "/space/brackenford-advice-centre/referrals/",
           "", "brackenford-advice-centre"),
    Member("volunteer", "Volunteer", "Sam Okoro", "takes tasks, reads the address only then",
           "/help/give/", "", ""),
    Member("grants-assessor", "Grants assessor", "Mei Tran", "assesses hardship grants",
           "/desk/grants/", "grants_assessor", ""),
    Member("grants-approver", "Grants approver", "Robert Ayre",
           "approves or refuses; looks at what is held", "/desk/grants/", "grants_approver", ""),
    Member("second-approver", "Second approver", "Wanda Kowal",
           "gives the second yes, decides reviews", "/desk/grants/", "grants_approver", ""),
    Member("finance-officer", "Finance officer", "Imran Shah",
           "pays, reconciles, closes the day", "/desk/grants/", "finance_officer", ""),
    Member("administrator", "Administrator", "Daniel Reyes",
           "gives and ends roles; sees no pledge that others don't", "/desk/people/",
           "administrator", ""),
    Member("resident", "Resident", "Rosa Keane", "reads, asks questions", "/", "", ""),
)  # fmt: skip
