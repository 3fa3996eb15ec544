from django.urls import include, path

from . import desk, import_pages, imported_pages, metrics_desk, views, working

urlpatterns = [
    path("charter/decisions/", views.decisions, name="decisions"),
    path("charter/decisions/<slug:code>/", views.decision, name="decision"),
    path("metrics/", views.metrics, name="metrics"),
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
                path("import/", import_pages.import_file, name="programme-import"),
                path(
                    "import/template/",
                    imported_pages.import_template,
                    name="programme-import-template",
                ),
                path("import/<uuid:code>/", import_pages.import_held, name="programme-import-held"),
                path(
                    "import/<uuid:code>/columns/",
                    import_pages.import_columns,
                    name="programme-import-columns",
                ),
                path(
                    "import/<uuid:code>/refused/",
                    import_pages.import_held_refused,
                    name="programme-held-refused",
                ),
                path("imports/", imported_pages.imports, name="programme-imports"),
                path("imports/<int:pk>/", imported_pages.import_run, name="programme-import-run"),
                path(
                    "imports/<int:pk>/refused/",
                    imported_pages.import_refused,
                    name="programme-import-refused",
                ),
                path(
                    "imports/<int:pk>/undo/",
                    imported_pages.import_undo,
                    name="programme-import-undo",
                ),
                path("decisions/", desk.decision_add, name="decision-add"),
                path("risks/", desk.risk_add, name="risk-add"),
                path("risks/<slug:code>/", desk.risk_change, name="risk-change"),
                path("risks/<slug:code>/close/", desk.risk_close, name="risk-close"),
                path(
                    "metrics/<slug:code>/redefine/", metrics_desk.redefine, name="metric-redefine"
                ),
                path("figures/<int:pk>/release/", metrics_desk.release, name="figure-release"),
                path("bind/", metrics_desk.bind, name="pledge-bind"),
            ]
        ),
    ),
]
