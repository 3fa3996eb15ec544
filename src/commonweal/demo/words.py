"""What the fictional town is made of: names and sentences, nothing else."""

from __future__ import annotations

FIRST = [
    "Asha",
    "Ben",
    "Carys",
    "Dev",
    "Elin",
    "Femi",
    "Grace",
    "Hamid",
    "Isla",
    "Jonas",
    "Kezia",
    "Liam",
    "Mona",
    "Nikhil",
    "Olwen",
    "Pawel",
    "Quinn",
    "Rhian",
    "Samir",
    "Tess",
    "Uma",
    "Viktor",
    "Wren",
    "Yusuf",
    "Zofia",
    "Bryn",
    "Chidi",
    "Dilys",
    "Ewan",
    "Farah",
]
LAST = [
    "Adeyemi",
    "Brook",
    "Castell",
    "Davies",
    "Ellery",
    "Fofana",
    "Gill",
    "Hughes",
    "Iqbal",
    "Jenkins",
    "Kaur",
    "Lowe",
    "Morris",
    "Novak",
    "Osei",
    "Price",
    "Quigley",
    "Rao",
    "Stone",
    "Turner",
    "Usman",
    "Vaughan",
    "Webb",
    "Xu",
    "Young",
    "Zaman",
    "Hart",
    "Field",
    "Marsh",
    "Lane",
]
PLACES = [
    "Harbour Lane",
    "Castle Hill",
    "Northmoor",
    "Old Mills",
    "Market Quarter",
    "Eastfields",
    "Westerleigh",
    "St Brannoc",
    "Bridge Street",
    "Canal Side",
    "Station Road",
    "Priory",
    "Mill Lane",
    "Orchard",
    "Riverside",
    "Tannery",
    "Foundry",
    "Quayside",
    "Abbey",
    "Common",
]
# (what follows the place's name, kind, sizes it may have)
PRIVATE = (
    ("Bakery", "company", "micro small"), ("Joinery", "company", "micro small"),
    ("Precision Engineering", "company", "medium large"), ("Logistics", "company", "large"),
    ("Software", "company", "small medium"), ("Garage", "sole_trader", "micro"),
    ("Hardware", "sole_trader", "micro"), ("Foods", "company", "medium large"),
    ("Building Services", "company", "small medium"), ("Solicitors", "company", "small"),
    ("Care Homes", "company", "medium"), ("Cycles", "sole_trader", "micro"),
    ("Pharmacy", "company", "small"), ("Print Co-operative", "cooperative", "micro small"),
    ("Brewery", "company", "small"), ("Glass", "company", "medium"),
    ("Plastics UK", "company", "large"), ("Electrical", "company", "small"),
    ("Hairdressing", "sole_trader", "micro"), ("Energy Co-operative", "cooperative", "small"),
)  # fmt: skip
VOLUNTARY = (
    ("Community Trust", "charity", "small"), ("Food Bank", "charity", "volunteers micro"),
    ("Football Club", "club", "volunteers"), ("Youth Project", "charity", "micro small"),
    ("Carers", "charity", "small"), ("Allotment Society", "club", "volunteers"),
    ("Men's Shed", "club", "volunteers"), ("Credit Union", "cooperative", "micro"),
    ("Arts", "social_enterprise", "micro"), ("Advice Centre", "charity", "small"),
    ("Brass Band", "club", "volunteers"), ("Repair Café", "social_enterprise", "volunteers micro"),
)  # fmt: skip
PUBLIC = (
    ("Primary School", "school", "small medium"), ("Academy", "school", "medium"),
    ("Health Centre", "health", "small medium"), ("Library", "public_body", "micro"),
    ("Fire Station", "public_body", "medium"), ("Housing Office", "public_body", "medium"),
)  # fmt: skip
TITLES = {
    "volunteers": ("Secretary", "Chair", "Treasurer"),
    "micro": ("Owner", "Manager", "Co-ordinator"),
    "small": ("Managing director", "Operations manager", "Head of HR"),
    "medium": ("HR manager", "Finance director", "Head of social value"),
    "large": ("Head of social value", "HR director", "Site manager"),
}
# measure: (lowest target, highest target, lowest baseline, highest baseline, sentence, who)
PROMISES: dict[str, tuple[int, int, int, int, str, str]] = {
    "apprentices": (2, 24, 0, 0, "We will start {target} apprentices who live in the town.",
                    "School leavers and people who change trade"),
    "living-wage": (90, 100, 55, 85, "{target}% of our staff will be paid the real Living Wage, up "
                    "from {baseline}%.", "Our lowest-paid staff"),
    "placements": (2, 16, 0, 0, "We will offer {target} work placements to people who need extra "
                   "support.", "People who have been out of work"),
    "disability-confident": (1, 1, 0, 0, "We will become a Disability Confident employer.",
                             "Disabled people who look for work"),
    "local-buying": (20, 45, 5, 18, "We will raise the share of our buying in the town from "
                     "{baseline}% to {target}%.", "Suppliers in the town"),
    "prompt-payment": (90, 98, 90, 99, "We will keep paying at least {target}% of invoices within "
                       "30 days.", "Small suppliers"),
    "spend-with-social-enterprise": (5000, 120000, 0, 0, "We will spend £{target} with social "
                                     "enterprises of the town.", "Social enterprises"),
    "firms-mentored": (2, 12, 0, 0, "We will mentor {target} new firms or co-operatives.",
                       "People who start a firm"),
    "volunteer-hours": (40, 900, 0, 0, "Our people will give {target} hours to groups in the town.",
                        "Community groups"),
    "rooms-shared": (60, 600, 0, 0, "We will lend our rooms for {target} hours.",
                     "Groups without a room of their own"),
    "meals-given": (300, 9000, 0, 0, "We will give {target} meals to people who ask.",
                    "Households in hardship"),
    "trees-planted": (20, 400, 0, 0, "We will plant {target} trees and look after them.",
                      "Everybody who lives nearby"),
    "energy-use": (60, 900, 0, 0, "We will bring our energy use from {baseline} to {target} MWh a "
                   "year.", "The climate, and our bills"),
}  # fmt: skip
CLAIM_WORDS = (
    "Steady progress; the spring was slower than we hoped.",
    "We are on track. The list is attached.",
    "Two colleagues left, so this took longer. We have caught up since.",
    "Better than we expected: the college sent us more people than we asked for.",
    "Counted from our own sheets at the end of the month.",
    "We began late because the room was being repaired.",
)
REVIEW_WORDS = {
    "upheld": "I read the list and compared it with the dates. It shows what is claimed.",
    "partly": "The list shows fewer than claimed; some dates fall before the pledge was made.",
    "rejected": "The document is about another project and shows nothing of this one.",
}
REPLIES = {
    True: "We agree; we counted from the wrong day and have mended our sheet.",
    False: "We do not agree. The second sheet of the file holds the rest; please look again.",
}
QUESTIONS = (
    "Does this count people who already worked for you?",
    "How many of these are in Northmoor?",
    "Is this on top of what you did before the charter?",
    "Why was the date moved?",
    "Where can we see the list?",
)
ANSWERS = (
    "No. Only people who began after the pledge was made are counted.",
    "About a third; we will report it by area from now on.",
    "Yes. The starting point in the pledge is what we did before.",
    "The supplier could not deliver earlier. The reason stands beside the change.",
)
CHANGES = (
    "The building works take longer than planned.",
    "We can do more than we thought.",
    "The funding that we counted on came late.",
)
WITHDRAWALS = (
    "The site closes in the autumn, so we can't keep this.",
    "The person who led this has left and we can't replace them.",
)
