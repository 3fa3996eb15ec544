from django.urls import include, path

from commonweal.accounts.access import staff
from commonweal.bringing.urls import ways_back, ways_in

from . import citing, desk, metrics_desk, views, working
from .frame import ACTIONS

urlpatterns = [
    path("charter/decisions/", views.decisions, name="decisions"),
    path("charter/decisions/<slug:code>/", views.decision, name="decision"),
    path("metrics/", views.metrics, name="metrics"),
    path("metrics/local-outcomes/", views.local_outcomes, name="local-outcomes"),
    path("metrics/<slug:code>/", views.metric, name="metric"),
    path("metrics/<slug:code>/figure/", working.figure, name="metric-figure"),
    path("space/<slug:code>/programme/", working.of_partner, name="space-programme"),
    path(
        "programme/",
        include(
            [
                path("", views.programme, name="programme"),
                path("plan/", views.joint_plan, name="joint-plan"),
                path("plan.csv", views.joint_plan_csv, name="joint-plan-csv"),
                path("plan.docx", views.joint_plan_word, name="joint-plan-word"),
                path("actions/<slug:code>/", views.action, name="action"),
                path(
                    "actions/<slug:code>/",
                    include(
                        [
                            path("priorities/", citing.cite, name="action-cite"),
                            path(
                                "priorities/<int:pk>/remove/",
                                citing.uncite,
                                name="action-uncite",
                            ),
                            path("needs/", working.depend, name="action-needs"),
                            path("milestones/", working.milestone_add, name="milestone-add"),
                            path(
                                "milestones/<int:pk>/done/",
                                working.milestone_done,
                                name="milestone-done",
                            ),
                            path(
                                "milestones/<int:pk>/move/",
                                working.milestone_move,
                                name="milestone-move",
                            ),
                            path(
                                "milestones/<int:pk>/reopen/",
                                working.milestone_reopen,
                                name="milestone-reopen",
                            ),
                        ]
                    ),
                ),
            ]
        ),
    ),
    path(
        "desk/programme/",
        include(
            [
                path("", desk.day, name="desk-programme"),
                path("actions/", desk.action_add, name="action-add"),
                path("actions/<slug:code>/", desk.action_change, name="action-change"),
                path("actions/<slug:code>/stop/", desk.action_stop, name="action-stop"),
                path("accelerate/", desk.accelerate, name="accelerate"),
                *ways_in(ACTIONS, staff(desk.LEAD), at="import/"),
                *ways_back(ACTIONS, staff(desk.LEAD), at="imports/"),
                path("decisions/", desk.decision_add, name="decision-add"),
                path("risks/", desk.risk_add, name="risk-add"),
                path("risks/<slug:code>/", desk.risk_change, name="risk-change"),
                path("risks/<slug:code>/close/", desk.risk_close, name="risk-close"),
                path(
                    "metrics/<slug:code>/redefine/", metrics_desk.redefine, name="metric-redefine"
                ),
                path("metrics/<slug:code>/end/", metrics_desk.end, name="metric-end"),
                path("metrics/<slug:code>/go-on/", metrics_desk.go_on, name="metric-go-on"),
                path("outcomes/<slug:code>/follow/", metrics_desk.follow, name="outcome-follow"),
                path("figures/<int:pk>/release/", metrics_desk.release, name="figure-release"),
                path("bind/", metrics_desk.bind, name="pledge-bind"),
            ]
        ),
    ),
]
