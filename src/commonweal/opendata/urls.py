from django.urls import path

from . import views

urlpatterns = [
    path("data/", views.catalogue, name="data"),
    path("pledges.csv", views.pledges_csv, name="pledges-csv"),
    path("pledges.json", views.pledges_json, name="pledges-json"),
    path("partners.csv", views.partners_csv, name="partners-csv"),
    path("partners.json", views.partners_json, name="partners-json"),
    path("ledger.csv", views.ledger_csv, name="ledger-csv"),
    path("ledger.json", views.ledger_json, name="ledger-json"),
    path("programme.csv", views.programme_csv, name="programme-csv"),
    path("programme.json", views.programme_json, name="programme-json"),
    path("metrics.csv", views.metrics_csv, name="metrics-csv"),
    path("metrics.json", views.metrics_json, name="metrics-json"),
    path("decisions.csv", views.decisions_csv, name="decisions-csv"),
    path("decisions.json", views.decisions_json, name="decisions-json"),
    path("payments.csv", views.payments_csv, name="payments-csv"),
    path("payments.json", views.payments_json, name="payments-json"),
    path("local-spend.csv", views.local_spend_csv, name="local-spend-csv"),
    path("local-spend.json", views.local_spend_json, name="local-spend-json"),
    path("balance.csv", views.balance_csv, name="balance-csv"),
    path("feed.atom", views.feed, name="feed"),
]
