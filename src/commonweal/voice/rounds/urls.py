from django.urls import URLPattern, URLResolver, path

from . import code_desk, desk, outcome_desk, results, views, voting

OURS, DESK = "have-your-say/budgets/<slug:code>/", "desk/budgets/<slug:code>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("have-your-say/budgets/", views.budgets, name="budgets"),
    path(OURS, views.budget, name="budget"),
    path(f"{OURS}idea/", views.idea, name="budget-idea"),
    path(f"{OURS}sheet.json", views.sheet_json, name="budget-sheet"),
    path(f"{OURS}vote/", voting.vote, name="budget-vote"),
    path(f"{OURS}ballot/", voting.ballot, name="budget-ballot"),
    path(f"{OURS}receipt/", voting.receipt, name="budget-receipt"),
    path(f"{OURS}result/", results.result, name="budget-result"),
    path(f"{OURS}result.json", results.result_json, name="budget-result-json"),
    path(f"{OURS}ballots.pb", results.ballots, name="budget-ballots"),
    path(f"{OURS}receipts.txt", results.receipts, name="budget-receipts"),
    path(f"{OURS}groups.txt", results.groups, name="budget-groups"),
    path(f"{OURS}sums.txt", results.sums, name="budget-sums"),
    path("desk/budgets/new/", desk.begin, name="budget-begin"),
    path(DESK, desk.budget, name="desk-budget"),
    path(f"{DESK}sheet/", desk.change, name="budget-change"),
    path(f"{DESK}areas/", desk.share_out, name="budget-areas"),
    path(f"{DESK}checking/", desk.close_ideas, name="budget-close-ideas"),
    path(f"{DESK}projects/", desk.add_project, name="budget-project-add"),
    path(f"{DESK}projects/<int:number>/", desk.check, name="budget-project-check"),
    path(f"{DESK}publish/", desk.seal, name="budget-seal"),
    path(f"{DESK}count/", outcome_desk.count, name="budget-count"),
    path(f"{DESK}deliver/<int:number>/", outcome_desk.deliver, name="budget-deliver"),
    path(f"{DESK}codes/", code_desk.make, name="budget-codes"),
    path(f"{DESK}codes/one/", code_desk.revoke, name="budget-code-revoke"),
    path(f"{DESK}codes/<int:number>/", code_desk.revoke_batch, name="budget-batch-revoke"),
    path(f"{DESK}emergency/", desk.emergency, name="budget-emergency"),
    path(f"{DESK}emergency/<int:pk>/", desk.agree, name="budget-emergency-agree"),
]
