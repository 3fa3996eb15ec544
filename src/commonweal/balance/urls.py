from django.urls import include, path

from . import desk, drafts, steps, views

# Which figure of a statement it is.
FIGURE = "<slug:theme>/<slug:measure>/<slug:column>/<slug:unit>/"

urlpatterns = [
    path(
        "balance/",
        include(
            [
                path("", views.periods, name="balance"),
                path("<slug:code>/", views.statement, name="period"),
                path("<slug:code>/<int:number>/", views.statement, name="statement"),
                path("<slug:code>/<int:number>/report/", views.report, name="report"),
                path(
                    "<slug:code>/<int:number>/statement.json", views.as_json, name="statement-json"
                ),
                path("<slug:code>/<int:number>/statement.csv", views.as_csv, name="statement-csv"),
                path(
                    "<slug:code>/<int:number>/<slug:kind>.pdf", views.as_pdf, name="statement-pdf"
                ),
                path(
                    "<slug:code>/<int:number>/<slug:kind>.docx",
                    views.as_word,
                    name="statement-word",
                ),
                path(
                    f"<slug:code>/<int:number>/{FIGURE}",
                    views.figure,
                    name="figure",
                ),
            ]
        ),
    ),
    path(
        "desk/balance/",
        include(
            [
                path("", desk.books, name="desk-balance"),
                path("open/", desk.open_period, name="period-open"),
                path("<slug:code>/", desk.period, name="desk-period"),
                path("<slug:code>/draft/", desk.prepare, name="statement-draft"),
                path(
                    "<slug:code>/draft-<slug:kind>.<slug:ending>", drafts.paper, name="draft-paper"
                ),
                path("<slug:code>/explain/<slug:kind>/<slug:line>/", desk.explain, name="explain"),
                path("<slug:code>/ask/", desk.ask, name="decision-ask"),
                path("<slug:code>/ask/<int:pk>/", desk.unask, name="decision-unask"),
                path("<slug:code>/paper/", desk.paper, name="committee-paper"),
                path("<slug:code>/back/", desk.send_back, name="statement-back"),
                path("<slug:code>/step/<slug:act_name>/", steps.step, name="statement-step"),
            ]
        ),
    ),
]
