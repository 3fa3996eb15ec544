"""What the plain settings pages ask, by section and key."""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "rules": {
        "due_soon_days": "Days before its date from which a pledge is due soon",
        "lapse_days": "Days overdue after which a pledge has lapsed",
        "evidence_dead_days": "Days out of reach after which evidence is unavailable",
        "reply_days": "Days for a partner to reply to a review",
        "answer_days": "Days after which a question is shown as unanswered",
        "cycle_months": "Months within which a partner reports",
        "evidence_max_mb": "Largest file of evidence, in megabytes",
    },
    "themes": {"name": "Name", "description": "What it is for"},
    "tiers": {
        "name": "Name",
        "criteria": "What it takes, in words",
        "review_months": "Months until it is looked at again",
        "pledges_least": "Pledges made, at least",
        "verified_least": "Results verified, at least",
        "themes_least": "Themes with a pledge, at least",
        "late_most": "Pledges late, at most",
    },
    "spend": {
        "district": "Code of the district",
        "county": "Code of the county",
        "county_name": "Name of the county",
        "region": "Code of the region or nation",
        "region_name": "Name of the region or nation",
    },
    "pillars": {"name": "Name", "description": "What it is"},
    "workstreams": {
        "name": "Name",
        "description": "What it is",
        "lead_title": "Post that leads it",
        "source": "Where it was decided",
    },
    "help_types": {
        "name": "Name",
        "words": "What it is, in a resident’s words",
        "hours_promised": "Hours within which somebody gets in touch",
        "second_call_days": "Days until a second call",
        "weight": "Points for its urgency",
        "is_restricted": "Only named colleagues see its cases",
        "is_public": "It is offered on the public form",
        "is_active": "It is in use",
        "first_script": "What is said on the first call",
        "second_script": "What is said on the second call",
    },
    "text_templates": {
        "name": "Name",
        "by_text": "It is a text message; otherwise an e-mail",
        "subject": "Subject of the e-mail",
        "body": "The words; {reference} and {town} are filled in",
    },
    "privacy_notices": {
        "version": "Number of the version",
        "text": "The text",
        "in_force_from": "In force from",
    },
    "retention": {"purpose": "What", "days": "Days after which it is erased"},
}
