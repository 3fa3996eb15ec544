"""The words of a service that everybody reads."""

from __future__ import annotations

from commonweal.residents import naming

from .outcome import Found

SERVICE_WORDS = (
    "name",
    "description",
    "eligibility",
    "application_process",
    "fees",
    "wait_time",
    "alert",
)


def words_of(service: Found) -> str:
    """Every word of a service that everybody reads."""
    texts = naming.texts_of(service.values, *SERVICE_WORDS[1:])
    texts += [service.name, str(service.organisation_values.get("description") or "")]
    texts += [opening.words for opening in service.openings]
    return "\n".join(texts)
