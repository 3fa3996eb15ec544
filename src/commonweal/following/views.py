"""Following something by mail, saying yes to it, and ending it."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from commonweal.accounts import once
from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.limits import Limit, limited
from commonweal.accounts.models import Role
from commonweal.office.acting import act

from . import actions, kinds, tokens
from .forms import EraseForm, FollowForm

FOLLOWS = Limit(
    "following by mail",
    20,
    timedelta(days=1),
    "Enough pages were followed from here today. Follow the next one tomorrow.",
)
# Of mail programs' own servers many come from one address.
ANSWERS = Limit(
    "answers to letters of what is followed",
    2000,
    timedelta(hours=1),
    "Very many pressed this from here within the last hour. Press it again in an hour.",
)


@limited(FOLLOWS)
def follow(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    thing = kinds.find(kind, key)
    if thing is None:
        raise Http404
    if thing.over and request.method == "GET":
        messages.info(request, thing.over)
        return redirect(thing.address)
    return act(
        request,
        FollowForm(request.POST or None),
        lambda answers: actions.ask(kind=kind, key=key, **answers),
        said="If you don’t follow it yet, a letter is on its way to you. Press the button that it "
        "leads to, and you get the news.",
        to=thing.address,
        heading="Follow this by mail",
        button="Follow",
        back=(thing.address, thing.title),
        before=f"We write when there is news of {kinds.KINDS[kind].words} “{thing.title}”, and "
        "never else.",
    )


@limited(ANSWERS)
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Where the first letter leads. A program that only looks at the address confirms nothing."""
    follow = tokens.follow_of(token, tokens.YES)
    thing = actions.followed(follow) if follow else None
    if follow is None or thing is None:
        raise Http404
    if thing.over and follow.confirmed_at is None:
        messages.info(request, thing.over)
        return redirect(thing.address)
    if request.method == "POST":
        actions.confirm(follow=follow)
        messages.success(request, "You follow it. Each letter has a way to stop.")
        return redirect(thing.address)
    return render(
        request, "following/confirm.html", {"thing": thing, "follow": follow, "token": token}
    )


@csrf_exempt
@limited(ANSWERS)
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Where each letter leads to end it. Mail programs post here by themselves (RFC 8058), from
    elsewhere and without a session: whoever has the token may. What is ended already stays so."""
    follow = tokens.follow_of(token, tokens.OUT)
    if follow is None:
        return render(request, "following/stopped.html")
    if request.method == "POST":
        actions.stop(follow=follow, everything="everything" in request.POST)
        once.done(request)
        # No redirect: mail programs follow none here.
        return render(request, "following/stopped.html")
    context = {"thing": actions.followed(follow), "token": token}
    return render(request, "following/stop.html", context)


@staff(Role.DATA_PROTECTION_OFFICER)
def erase(request: SignedInRequest) -> HttpResponse:
    address = reverse("follower-erase")
    return act(
        request,
        EraseForm(request.POST or None),
        lambda answers: actions.erase(email=answers["email"], by=request.user),
        said="Whatever was kept under that address for following is deleted.",
        to=address,
        heading="Delete an address that follows pages",
        button="Delete it",
        back=(reverse("home"), "Start"),
        danger=True,
    )
