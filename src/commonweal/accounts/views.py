from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from .access import SignedInRequest
from .forms import YourNameForm
from .models import Person


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
    return render(request, "accounts/you.html", {"form": form, "roles": roles})
