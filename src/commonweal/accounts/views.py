from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from . import sessions
from .access import SignedInRequest
from .forms import YourNameForm
from .happenings import note
from .models import Person


@never_cache
@login_required
def you(request: SignedInRequest) -> HttpResponse:
    """What a person sets for themselves: name, mail, ways to sign in; and what roles they hold."""
    # As it is now, not as it was before this form waited for another of its address.
    person = Person.objects.get(pk=request.user.pk)
    form = YourNameForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        form.instance.save(update_fields=form.changed_data)
        messages.success(request, "Saved.")
        return redirect("you")
    roles = request.user.appointments.current(timezone.localdate()).order_by("role")
    context = {
        "form": form,
        "roles": roles,
        "sessions": sessions.list_of(request.user),
        "this": request.session.session_key,
    }
    return render(request, "accounts/you.html", context)


@login_required
def still_typing(request: SignedInRequest) -> HttpResponse:
    """A page says that somebody is typing into it: that its session is used was noted before."""
    return HttpResponse(status=409 if request.session.get(sessions.LOCKED) else 204)


@login_required
@require_POST
def end_session(request: SignedInRequest, pk: int) -> HttpResponse:
    """End one sign-in of one's own, here or elsewhere."""
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    note("session ended", request.user)
    session.end()
    messages.success(request, "That sign-in has ended.")
    return redirect("you")


@login_required
@require_POST
def end_sessions(request: SignedInRequest) -> HttpResponse:
    """Sign out everywhere, here too."""
    note("session ended", request.user, all=True)
    sessions.end_all(request.user)
    logout(request)
    messages.success(request, "You are signed out everywhere.")
    return redirect("account_login")
