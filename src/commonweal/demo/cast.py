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
    Member("administrator", "Administrator", "Daniel Reyes",
           "gives and ends roles; sees no pledge that others don't", "/desk/people/",
           "administrator", ""),
    Member("resident", "Resident", "Rosa Keane", "reads, asks questions", "/", "", ""),
)  # fmt: skip
