from django.apps import AppConfig


class PledgesConfig(AppConfig):
    name = "commonweal.pledges"

    def ready(self) -> None:
        from commonweal.charter import facts

        from . import coming, followed, jobs, joining, queues, searched, tier_facts  # noqa: F401

        if tier_facts.facts_of not in facts.KNOWN:
            facts.KNOWN.append(tier_facts.facts_of)
