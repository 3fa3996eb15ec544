from django.urls import include, path

from commonweal.accounts.access import staff
from commonweal.accounts.models import Role
from commonweal.bringing.urls import ways_back, ways_in

from . import (
    bench,
    charter_desk,
    desk,
    drafting,
    giving_desk,
    reporting,
    space,
    views,
    wishes_desk,
)
from .frame import PLEDGES

urlpatterns = [
    path("", views.home, name="home"),
    path("how-it-works/", views.how_it_works, name="how-it-works"),
    path("themes/<slug:code>/", views.theme, name="theme"),
    path("partners/", views.partners, name="partners"),
    path("partners/<slug:code>/", views.partner, name="partner"),
    path("ledger/", views.the_ledger, name="ledger"),
    path(
        "pledges/",
        include(
            [
                path("", views.register, name="register"),
                path("<str:code>/", views.pledge, name="pledge"),
                path("<str:code>/ask/", views.ask, name="pledge-ask"),
                path("<str:code>/evidence/<str:sha256>/", views.evidence, name="evidence"),
                path(
                    "<str:code>/evidence/<str:sha256>/small/",
                    views.evidence_small,
                    name="evidence-small",
                ),
            ]
        ),
    ),
    path("space/", space.spaces, name="spaces"),
    path(
        "space/<slug:code>/",
        include(
            [
                path("", space.space, name="space"),
                path("people/<int:pk>/leave/", space.leave, name="member-leave"),
                path("drafts/", drafting.draft_start, name="draft-start"),
                path("drafts/<uuid:draft_code>/check/", drafting.draft_check, name="draft-check"),
                path(
                    "drafts/<uuid:draft_code>/delete/", drafting.draft_delete, name="draft-delete"
                ),
                path(
                    "drafts/<uuid:draft_code>/<slug:step>/", drafting.draft_step, name="draft-step"
                ),
                path(
                    "pledges/<str:pledge_code>/",
                    include(
                        [
                            path("", space.pledge, name="space-pledge"),
                            path("rewrite/", drafting.rewrite, name="pledge-rewrite"),
                            path("claim/", reporting.claim, name="pledge-claim"),
                            path(
                                "claims/<int:seq>/evidence/", reporting.attach, name="pledge-attach"
                            ),
                            path(
                                "claims/<int:seq>/nothing-more/",
                                reporting.nothing_more,
                                name="pledge-nothing-more",
                            ),
                            path("change/", reporting.change, name="pledge-change"),
                            path("withdraw/", reporting.withdraw, name="pledge-withdraw"),
                            path("reviews/<int:seq>/reply/", reporting.reply, name="pledge-reply"),
                            path(
                                "questions/<int:seq>/answer/",
                                reporting.answer,
                                name="pledge-answer",
                            ),
                        ]
                    ),
                ),
            ]
        ),
    ),
    path(
        "desk/",
        include(
            [
                path("", desk.desks, name="desks"),
                path("charter/", charter_desk.day, name="desk-charter"),
                path("charter/queues/<slug:name>/", charter_desk.queue, name="desk-charter-queue"),
                path("charter/partners/<slug:code>/", desk.partner, name="desk-partner"),
                path(
                    "charter/partners/<slug:code>/people/<int:pk>/end/",
                    desk.member_end,
                    name="desk-member-end",
                ),
                path("charter/pledges/<str:code>/", desk.proposal, name="desk-pledge"),
                path("charter/wishes/<uuid:draft_code>/", wishes_desk.wish, name="desk-wish"),
                path("charter/questions/<int:pk>/", desk.question, name="desk-question"),
                path("charter/claims/<int:seq>/assign/", desk.assign, name="desk-assign"),
                path("charter/give/", giving_desk.give_out, name="desk-give-out"),
                path(
                    "charter/give/<uuid:batch>/undo/", giving_desk.take_back, name="desk-give-undo"
                ),
                path(
                    "charter/give/from/<int:pk>/",
                    giving_desk.take_back_from,
                    name="desk-give-back-of",
                ),
                *ways_in(PLEDGES, staff(Role.CHARTER_MANAGER), at="charter/import/"),
                *ways_back(PLEDGES, staff(Role.CHARTER_MANAGER), at="charter/imports/"),
                path("review/", bench.queue, name="desk-review"),
                path("review/next/", bench.following_claim, name="desk-review-next"),
                path("review/<int:seq>/", bench.claim, name="desk-review-claim"),
                path("review/<int:seq>/more/", bench.ask_more, name="desk-review-more"),
                path("review/<int:seq>/i-know-them/", bench.known, name="desk-review-known"),
                path("review/<int:seq>/give-back/", bench.give_back, name="desk-review-back"),
                path("entries/<int:seq>/strike/", desk.strike, name="desk-strike"),
            ]
        ),
    ),
]
