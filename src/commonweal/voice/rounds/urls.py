from django.urls import URLPattern, URLResolver, path

from . import desk, views

OURS, DESK = "have-your-say/budgets/<slug:code>/", "desk/budgets/<slug:code>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(OURS, views.budget, name="budget"),
    path(f"{OURS}idea/", views.idea, name="budget-idea"),
    path(f"{OURS}sheet.json", views.sheet_json, name="budget-sheet"),
    path("desk/budgets/new/", desk.begin, name="budget-begin"),
    path(DESK, desk.budget, name="desk-budget"),
    path(f"{DESK}sheet/", desk.change, name="budget-change"),
    path(f"{DESK}checking/", desk.close_ideas, name="budget-close-ideas"),
    path(f"{DESK}projects/", desk.add_project, name="budget-project-add"),
    path(f"{DESK}projects/<int:number>/", desk.check, name="budget-project-check"),
    path(f"{DESK}publish/", desk.seal, name="budget-seal"),
    path(f"{DESK}emergency/", desk.emergency, name="budget-emergency"),
    path(f"{DESK}emergency/<int:pk>/", desk.agree, name="budget-emergency-agree"),
]
