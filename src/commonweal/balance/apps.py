from django.apps import AppConfig


class BalanceConfig(AppConfig):
    name = "commonweal.balance"

    def ready(self) -> None:
        from commonweal.pledges import queues

        from . import owed

        if owed.owed not in queues.ABOVE:
            queues.ABOVE.append(owed.owed)
