from django.urls import URLPattern, URLResolver, include, path

from commonweal.accounts.access import staff
from commonweal.accounts.models import Role
from commonweal.bringing.urls import ways_back, ways_in, ways_of_each

from . import asks as asks_desk
from . import bulk as bulk_desk
from . import cases as desk
from . import duplicates as duplicates_desk
from . import (
    giving,
    grant_case,
    grant_funds,
    grant_methods,
    grant_pages,
    grant_reviews,
    help_again,
    help_form,
    manage,
    officer,
    protection,
    services_desk,
    space,
    views,
)
from . import glass as glass_desk
from . import grant_money as grants_money
from . import grants as grants_desk
from . import household as household_desk
from . import intake as intake_desk
from . import lists as lists_desk
from . import named as named_desk
from . import needs as needs_desk
from . import opening as opening_desk
from . import parting as parting_desk
from . import people as people_desk
from . import planning as planning_desk
from . import queue as queue_desk
from . import reaching as reaching_desk
from . import services as services_pages
from . import sharing as sharing_desk
from . import team as team_desk
from . import timeline as timeline_desk
from . import today as today_desk
from . import volunteers as volunteers_desk
from . import writing as writing_desk
from .lists_frame import LISTS
from .services_frame import SERVICES

public = [
    path("", views.home, name="help"),
    path("start/", help_form.start, name="help-start"),
    path("resume/", help_again.resume, name="help-resume"),
    path("notice/", views.notice, name="help-notice"),
    path("form/<slug:code>/sent/", help_again.sent, name="help-sent"),
    path("form/<slug:code>/<slug:step>/", help_form.form_step, name="help-form"),
    path("services/", services_pages.services, name="services"),
    path("services/near/", services_pages.services_near, name="services-near"),
    path("services.json", services_pages.services_json, name="services-json"),
    path("services/<uuid:code>/", services_pages.service, name="service"),
    path("services/<uuid:code>.json", services_pages.service_json, name="service-json"),
    path("asks/", giving.asks, name="asks"),
    path("asks/<slug:code>/", giving.ask, name="ask"),
    path("figures/", views.desk_figures, name="help-figures"),
    path("give/", giving.volunteer, name="volunteer"),
    path("give/tasks/<slug:code>/", giving.task, name="task"),
]
cases = [
    path("", desk.case, name="desk-case"),
    path("glass/", glass_desk.glass, name="desk-glass"),
    path("caller/", glass_desk.caller, name="desk-caller"),
    path("timeline/", timeline_desk.timeline, name="case-timeline"),
    path("kept/", named_desk.case_kept, name="case-kept"),
    path("household/", needs_desk.household, name="case-household"),
    path("needs/add/", named_desk.need_add, name="need-add"),
    path("call/", planning_desk.call, name="case-call"),
    path("calls/", desk.plan_call, name="case-plan-call"),
    path("calls/<int:pk>/", desk.cancel_call, name="case-cancel-call"),
    path("note/", desk.note, name="case-note"),
    path("urgency/", desk.urgency, name="case-urgency"),
    path("take/", desk.take, name="case-take"),
    path("hand-over/", desk.hand_over, name="case-hand-over"),
    path("close/", desk.close, name="case-close"),
    path("papers/", desk.attach, name="case-attach"),
    path("papers/<uuid:paper_code>/", desk.paper, name="case-paper"),
    path("dead/", desk.dead, name="case-dead"),
    path("alive/", desk.alive, name="case-alive"),
    path("write/", writing_desk.write, name="case-write"),
    path("letters/<int:pk>/", writing_desk.case_letter, name="case-letter"),
    path("consent/", reaching_desk.consent_add, name="case-consent"),
    path("consent/<int:pk>/", reaching_desk.consent_withdraw, name="case-consent-withdraw"),
    path("grant/", grants_desk.apply, name="case-grant"),
    path("needs/<uuid:need>/next/", planning_desk.plan, name="need-next"),
    path("next/<uuid:action>/done/", planning_desk.done, name="next-done"),
    path("next/<uuid:action>/move/", planning_desk.move, name="next-move"),
    path("needs/<uuid:need>/settle/", needs_desk.settle, name="need-settle"),
    path("needs/<uuid:need>/reopen/", needs_desk.reopen, name="need-reopen"),
    path("needs/<uuid:need>/services/", needs_desk.who_helps, name="need-services"),
    path("needs/<uuid:need>/refer/", needs_desk.refer, name="need-refer"),
    path("needs/<uuid:need>/task/", volunteers_desk.task_add, name="need-task"),
    path("referrals/<slug:referral>/back/", needs_desk.referral_back, name="referral-back"),
]
the_named = [
    path("", named_desk.colleagues, name="desk-named"),
    path("appoint/", named_desk.appoint, name="named-appoint"),
    path("kinds/<slug:code>/", named_desk.safeguard, name="named-safeguard"),
    path("duties/<int:pk>/remove/", named_desk.duty_remove, name="named-duty-remove"),
    path("<uuid:person>/kinds/", named_desk.kinds, name="named-kinds"),
    path("<uuid:person>/number/", named_desk.number, name="named-number"),
    path("<uuid:person>/duty/", named_desk.duty_add, name="named-duty"),
    path("<uuid:person>/now/", named_desk.stand_in, name="named-now"),
    path("<uuid:person>/end/", named_desk.dismiss, name="named-end"),
]
the_queue = [
    path("", queue_desk.queue, name="desk-queue"),
    path("next/", queue_desk.take_next, name="queue-next"),
    path("hand/", sharing_desk.hand_many, name="queue-hand"),
    path("names/", queue_desk.names, name="queue-names"),
    path("views/", queue_desk.view_keep, name="queue-view-keep"),
    path("views/<int:pk>/drop/", queue_desk.view_drop, name="queue-view-drop"),
]
the_desk: list[URLPattern | URLResolver] = [
    path("", today_desk.today, name="desk-help"),
    path("queue/", include(the_queue)),
    path("shift/", today_desk.shift, name="desk-shift"),
    path("share/", sharing_desk.share, name="desk-share"),
    path("share/<uuid:code>/back/", sharing_desk.move_back, name="move-back"),
    path("team/", team_desk.team, name="desk-team"),
    path("team/<uuid:person>/back/", sharing_desk.give_back, name="team-give-back"),
    path("search/", today_desk.search, name="desk-search"),
    path("own-address/", people_desk.own_address, name="desk-own-address"),
    path("intake/", intake_desk.intake_start, name="desk-intake-start"),
    path("intake/<slug:code>/", intake_desk.intake_page, name="desk-intake"),
    path("intake/<slug:code>/save/", intake_desk.intake_save, name="desk-intake-save"),
    path("intake/<slug:code>/delete/", intake_desk.intake_delete, name="desk-intake-delete"),
    path("cases/<slug:code>/", include(cases)),
    path("grants/", grant_pages.find, name="desk-grant-find"),
    path("grants/<slug:code>/", grant_pages.grant, name="desk-grant"),
    path("grants/<slug:code>/review/", grant_pages.review, name="desk-grant-review"),
    path("grants/<slug:code>/withdraw/", grant_pages.withdraw, name="desk-grant-withdraw"),
    path("duplicates/", duplicates_desk.duplicates, name="desk-duplicates"),
    path(
        "grants/<slug:code>/account/", grant_methods.account_by_handler, name="desk-grant-account"
    ),
    path("grants/<slug:code>/code/", grant_methods.issued_code, name="desk-grant-code"),
    path("people/<slug:code>/", people_desk.person, name="desk-resident"),
    path("people/<slug:code>/history/", timeline_desk.history, name="desk-history"),
    path("people/<slug:code>/household/", household_desk.household, name="desk-household"),
    path("people/<slug:code>/household/leave/", household_desk.move_out, name="household-leave"),
    path("people/<slug:code>/reach/", reaching_desk.reach, name="desk-reach"),
    path("people/<slug:code>/with/<slug:second_code>/", people_desk.compare, name="desk-compare"),
    path("people/<slug:code>/unmerge/<int:pk>/", parting_desk.unmerge, name="desk-unmerge"),
    path("named/", include(the_named)),
    path("manage/", manage.manage, name="desk-manage"),
    *ways_in(LISTS, staff(Role.DESK_MANAGER), at="lists/"),
    *ways_of_each(LISTS, staff(Role.DESK_MANAGER), at="lists/read/"),
    path("lists/read/<int:pk>/go-on/", lists_desk.list_go_on, name="list-go-on"),
    path("lists/read/<int:pk>/results.csv", lists_desk.list_results, name="list-results"),
    path("bulk/", bulk_desk.bulk, name="desk-bulk"),
    path("opening/", opening_desk.opening, name="desk-opening"),
    path("opening/close/", opening_desk.close, name="desk-close"),
    path("opening/hours/", opening_desk.hours, name="desk-hours"),
    path("volunteers/", volunteers_desk.volunteers, name="desk-volunteers"),
    path("volunteers/<int:pk>/", volunteers_desk.volunteer, name="desk-volunteer"),
    path("volunteers/<int:pk>/check/", volunteers_desk.check_add, name="desk-check"),
    path("tasks/<slug:code>/cancel/", volunteers_desk.task_cancel, name="task-cancel"),
    path("asks/", asks_desk.ask_add, name="ask-add"),
    path("asks/<slug:code>/", asks_desk.ask, name="desk-ask"),
    path("asks/<slug:code>/change/", asks_desk.ask_change, name="ask-change"),
    path("answers/<int:pk>/draw/", asks_desk.draw, name="answer-draw"),
    *ways_in(SERVICES, staff(Role.DESK_MANAGER), at="services/"),
    *ways_back(SERVICES, staff(Role.DESK_MANAGER), at="services/files/"),
    path("services/unlisted/", services_desk.services_unlisted, name="services-unlisted"),
    path("alarms/<int:pk>/", manage.alarm_close, name="alarm-close"),
]
the_grants = [
    path("", grants_desk.today, name="desk-grants"),
    path("funds/", grant_funds.fund_add, name="fund-add"),
    path("funds/<slug:code>/change/", grant_funds.fund_change, name="fund-change"),
    path("funds/<slug:code>/pay/", grants_money.run_make, name="run-make"),
    path("funds/<slug:code>/return/", grant_funds.return_make, name="return-make"),
    path("returns/<int:pk>/", grant_funds.return_page, name="fund-return"),
    path("returns/<int:pk>/return.csv", grant_funds.return_csv, name="return-csv"),
    path("runs/<uuid:code>/", grants_money.run, name="payment-run"),
    path("runs/<uuid:code>/payments.csv", grants_money.run_file, name="run-file"),
    path("<slug:code>/", grants_desk.award, name="award"),
    path("<slug:code>/case/", grant_case.case_of_grant, name="award-case"),
    path("<slug:code>/papers/<uuid:paper_code>/", grant_case.paper_of_grant, name="award-paper"),
    path("<slug:code>/assess/", grants_desk.assess, name="award-assess"),
    path("<slug:code>/release/", grants_desk.release, name="award-release"),
    path("<slug:code>/approve/", grants_desk.approve, name="award-approve"),
    path("<slug:code>/refuse/", grants_desk.refuse, name="award-refuse"),
    path("<slug:code>/cancel/", grants_desk.cancel, name="award-cancel"),
    path("<slug:code>/letter/", grant_reviews.letter, name="award-letter"),
    path("<slug:code>/withdraw/", grants_desk.withdraw, name="award-withdraw"),
    path("<slug:code>/account/", grant_methods.account, name="award-account"),
    path("<slug:code>/account/seen/", grant_methods.account_seen, name="award-account-seen"),
    path("<slug:code>/payments/<int:pk>/back/", grants_money.say_back, name="payment-back"),
    path("<slug:code>/payments/<int:pk>/decide/", grants_money.decide_back, name="payment-decide"),
    path("<slug:code>/letter/desk/", reaching_desk.letter_to_desk, name="award-letter-desk"),
    path("<slug:code>/review/", grant_reviews.review_ask, name="award-review"),
    path("<slug:code>/review/<int:pk>/", grant_reviews.review_decide, name="review-decide"),
]
partners_own: list[URLPattern] = [
    path("referrals/", space.referrals, name="space-referrals"),
    path("referrals/new/", space.refer_in, name="space-refer-in"),
    path("referrals/workers/", space.workers, name="space-workers"),
    path("referrals/<slug:reference>/", space.referral, name="space-referral"),
    path("services/", space.services, name="space-services"),
    path("services/new/", space.service_edit, name="space-service-new"),
    path("services/<uuid:service>/", space.service_edit, name="space-service"),
    path("services/<uuid:service>/assure/", space.service_assure, name="space-service-assure"),
    path("asks/<slug:ask>/", space.answer, name="space-answer"),
]
urlpatterns = [
    path("help/", include(public)),
    path("desk/help/", include(the_desk)),
    path("desk/grants/", include(the_grants)),
    path("desk/reads/", officer.reads, name="desk-reads"),
    path("desk/reads/<uuid:person>/<slug:why>/<int:pk>/", officer.explain, name="reads-explain"),
    path("desk/reads/<int:pk>/", officer.glass_seen, name="glass-seen"),
    path("desk/subject/", protection.subject, name="desk-subject"),
    path("desk/subject/<uuid:code>/", protection.review, name="subject-review"),
    path("desk/subject/<uuid:code>/<int:pk>/", protection.strike, name="subject-strike"),
    path("desk/erasing/", protection.erasures, name="erasures"),
    path("desk/erasing/ask/<slug:code>/", protection.erasure_ask, name="erasure-ask"),
    path("desk/erasing/<uuid:code>/", protection.erasure, name="erasure"),
    path("desk/erasing/runs/<uuid:code>/", protection.run, name="retention-run"),
    path("space/<slug:code>/", include(partners_own)),
]
