from django.urls import URLPattern, URLResolver, path

from . import desk, desk_tasks, space, views

OWN = "space/<slug:code>/shocks/"
CASE = "desk/economy/shocks/<slug:code>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("economy/checklist/", views.checklist, name="shock-checklist"),
    path(OWN, space.shocks, name="space-shocks"),
    path(f"{OWN}tell/", space.tell, name="shock-tell"),
    path(f"{OWN}<slug:shock>/", space.shock, name="space-shock"),
    path(f"{OWN}<slug:shock>/change/", space.draft, name="shock-draft"),
    path(f"{OWN}<slug:shock>/check/", space.check, name="shock-check"),
    path(f"{OWN}<slug:shock>/delete/", space.delete, name="shock-delete"),
    path("desk/economy/tell/", desk.add, name="desk-shock-add"),
    path("desk/economy/tell/<slug:code>/", desk.change, name="desk-shock-change"),
    path("desk/economy/tell/<slug:code>/check/", desk.check, name="desk-shock-check"),
    path("desk/economy/alarms/<int:pk>/", desk.alarm_close, name="shock-alarm-close"),
    path(CASE, desk.shock, name="desk-shock"),
    path(f"{CASE}tasks/", desk_tasks.task_add, name="shock-task-add"),
    path(f"{CASE}tasks/<int:pk>/done/", desk_tasks.task_done, name="shock-task-done"),
    path(f"{CASE}tasks/<int:pk>/move/", desk_tasks.task_move, name="shock-task-move"),
    path(f"{CASE}tasks/<int:pk>/give/", desk_tasks.task_give, name="shock-task-give"),
    path(f"{CASE}level/", desk.level, name="shock-level"),
    path(f"{CASE}name/", desk.name, name="shock-name"),
    path(f"{CASE}draw/<slug:pledge>/", desk.draw, name="shock-draw"),
    path(f"{CASE}close/", desk.close, name="shock-close"),
]
