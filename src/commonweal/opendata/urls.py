from django.urls import path

from . import views

urlpatterns = [
    path("data/", views.data, name="data"),
    path("pledges.csv", views.pledges_csv, name="pledges-csv"),
    path("pledges.json", views.pledges_json, name="pledges-json"),
    path("partners.csv", views.partners_csv, name="partners-csv"),
    path("partners.json", views.partners_json, name="partners-json"),
    path("ledger.csv", views.ledger_csv, name="ledger-csv"),
    path("ledger.json", views.ledger_json, name="ledger-json"),
    path("feed.atom", views.feed, name="feed"),
]
