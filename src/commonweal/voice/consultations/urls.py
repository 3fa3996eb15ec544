from django.urls import URLPattern, URLResolver, path

from . import desk, views

PUBLIC = "have-your-say/<slug:code>/"
DESK = "desk/voice/<slug:code>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(PUBLIC, views.consultation, name="consultation"),
    path(f"{PUBLIC}answer/", views.answer, name="consultation-answer"),
    path(f"{PUBLIC}results.csv", views.results_csv, name="consultation-csv"),
    path("desk/voice/new/", desk.consultation_add, name="consultation-add"),
    path(DESK, desk.consultation, name="desk-consultation"),
    path(f"{DESK}change/", desk.consultation_change, name="consultation-change"),
    path(f"{DESK}questions/", desk.question_add, name="asked-question-add"),
    path(f"{DESK}questions/<int:pk>/drop/", desk.question_drop, name="asked-question-drop"),
    path(f"{DESK}publish/", desk.consultation_publish, name="consultation-publish"),
    path(f"{DESK}enter/", desk.enter, name="consultation-enter"),
    path(f"{DESK}words/", desk.words, name="consultation-words"),
    path(f"{DESK}later/", desk.close_later, name="consultation-later"),
    path(f"{DESK}take-up/", desk.take_up, name="consultation-take-up"),
    path(f"{DESK}outcome/", desk.outcome, name="consultation-outcome"),
]
