from django.urls import URLPattern, URLResolver, path

from . import desk, paper_desk, views

DESK = "desk/budgets/<slug:code>/"
PAPER, PLACE = f"{DESK}paper/", f"{DESK}places/<int:number>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("have-your-say/budgets/<slug:code>/paper/", views.paper, name="budget-paper"),
    path(f"{DESK}enterprises/", desk.give_a_ballot, name="budget-enterprises"),
    path(f"{DESK}places/new/", desk.add_place, name="budget-place-add"),
    path(f"{PLACE}open/", desk.open_place, name="budget-place-open"),
    path(f"{PLACE}end/", desk.end_place, name="budget-place-end"),
    path(f"{DESK}telephone/", desk.by_telephone, name="budget-telephone"),
    path(PAPER, paper_desk.overview, name="desk-papers"),
    path(f"{PAPER}slip/", paper_desk.slip, name="budget-slip"),
    path(f"{PAPER}enter/", paper_desk.enter, name="budget-paper-enter"),
    path(f"{PAPER}sample/", paper_desk.sample, name="budget-paper-sample"),
    path(f"{PAPER}<int:number>/", paper_desk.look, name="budget-paper-look"),
    path(f"{PAPER}<int:number>/right/", paper_desk.confirm, name="budget-paper-right"),
]
