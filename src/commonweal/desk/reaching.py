"""The desk's pages about reaching somebody: how, what is written to them, what they share."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.accounts.record import record
from commonweal.cases import consenting, working
from commonweal.cases.access import get_case_with_person_for, get_resident_for
from commonweal.cases.models import Case, Consent, Copy
from commonweal.grants.access import GRANTS, get_award_for
from commonweal.office.acting import act
from commonweal.office.errors import Refused
from commonweal.partners.models import Partner
from commonweal.residents import reaching
from commonweal.residents.models import Resident, SafeContact
from commonweal.residents.ways import Way

from .forms.reaching import ConsentForm, ReachForm
from .handling import handler, of_case
from .ways_back import way_back

SHOWN_VERSIONS = 50


# --- How somebody may be reached --------------------------------------------------------------


def _say_whether_new(request: SignedInRequest, version: SafeContact | None) -> None:
    messages.success(request, "Kept, as a new version." if version else "It was so already.")


@handler
def reach(request: SignedInRequest, code: str) -> HttpResponse:
    """How somebody may be reached, version by version, to change.

    The form carries the version that its writer saw. Where another came since, what is stricter
    goes through; what is looser is shown beside it, and what was typed is kept.
    """
    resident = get_resident_for(request.user, code, what="reach")
    address, back = way_back(request.user, resident)
    typed = request.POST if request.method == "POST" else None
    form = ReachForm(typed, initial=_initial(resident))
    if typed is not None and form.is_valid():
        try:
            version = reaching.write(
                resident=resident,
                rule=form.rule,
                source=reaching.Source.CHANGED,
                because=form.cleaned_data["because"],
                by=request.user,
                seen=form.cleaned_data["seen"] or 0,
            )
        except Refused as refused:
            if isinstance(refused, reaching.Stale):
                # Whoever presses again has read what came meanwhile.
                _show_anew(form, seen=resident.contact_version, because="")
            form.add_error(None, str(refused))
        else:
            _say_whether_new(request, version)
            return redirect(address)
    resident.refresh_from_db()
    if typed is not None and form.conflicts:
        # Both stand on the page that comes now: whoever picks one has seen what came meanwhile.
        _show_anew(form, seen=resident.contact_version)
    context = {
        "form": form,
        "resident": resident,
        "back": (address, back),
        "reach": reaching.of(resident),
        "versions": resident.safe_contacts.select_related("by")[:SHOWN_VERSIONS],
    }
    return render(request, "desk/reach.html", context)


def _show_anew(form: ReachForm, **answers: object) -> None:
    """Other answers on the page that is shown again. A form that compared what its page showed
    holds a copy of what was sent: it is the copy that is shown."""
    shown = QueryDict(mutable=True)
    shown.update(form.data)
    for name, answer in answers.items():
        shown[name] = str(answer)
    form.data = shown


def _initial(resident: Resident) -> dict[str, Any]:
    """What holds now. Where nobody asked, nothing is chosen."""
    rule = reaching.rule_of(resident)
    is_known = resident.contact != Resident.Contact.NOT_ASKED
    return {
        "contact": rule.contact if is_known else "",
        "days": list(rule.days),
        "start": f"{rule.start:%H:%M}" if rule.start else "",
        "end": f"{rule.end:%H:%M}" if rule.end else "",
        "word": rule.word,
        "note": rule.note,
        "seen": resident.contact_version,
    }


@staff(*GRANTS)
@require_POST
def letter_to_desk(request: SignedInRequest, code: str) -> HttpResponse:
    """A letter that must not be posted is handed to the desk, which tells them."""
    award = get_award_for(request.user, code)
    resident = award.resident
    if reaching.may(resident, way=Way.LETTER).allowed and reaching.place_of(resident):
        messages.error(request, "This letter may be posted.")
        return redirect("award-letter", code)
    case = award.case or resident.cases.order_by("-opened_at").first()
    if case is None:
        raise Http404
    _hand_letter(case, award.code, request)
    messages.success(request, "Handed to the desk: it stands in their case.")
    return redirect("award-letter", code)


def _hand_letter(case: Case, code: str, request: SignedInRequest) -> None:
    working.note(
        case=case,
        by=request.user,
        kind="handover",
        words=f"The letter about grant {code} must not be posted. Give it to them, or read it to "
        f"them, when they get in touch. {reaching.instruction(case.resident)}",
    )
    record("letter handed to the desk", about=case, by=request.user, award=code)


# --- What they agree to share -----------------------------------------------------------------


@handler
def consent_add(request: SignedInRequest, code: str) -> HttpResponse:
    """To whom, to get which help, which fields, until when."""
    case = get_case_with_person_for(request.user, code)

    def do(answers: dict[str, Any]) -> None:
        ends_on, partner = answers.pop("ends_on"), answers.pop("partner")
        days = (ends_on - timezone.localdate()).days if ends_on else 180
        consenting.give_consent(
            resident=case.resident,
            by=request.user,
            fields=answers.pop("fields_shared"),
            partner=None if partner == "any" else Partner.objects.get(code=partner),
            days=days,
            **answers,
        )

    needs = list(case.needs.filter(state="open").values_list("help_type__code", flat=True))
    initial = {"given_by": "self", "help_type": needs[0] if len(needs) == 1 else ""}
    return act(
        request,
        ConsentForm(request.POST or None, initial=initial),
        do,
        said="Written down. It can be withdrawn at any time.",
        heading="They agree to share",
        button="Keep it",
        **of_case(code),
    )


def _who_saw_it(copies: list[Copy]) -> str:
    who = sorted({copy.partner.name for copy in copies})
    if not who:
        return "Nobody had opened it."
    return f"They saw it and were told to delete it: {', '.join(who)}."


@handler
def consent_withdraw(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """Withdraw a consent, and with it every other that could take over, unless they say so."""
    case = get_case_with_person_for(request.user, code)
    consent = get_object_or_404(
        Consent.objects.select_related("partner", "help_type"), pk=pk, resident=case.resident
    )
    others = consenting.beside(consent)
    if request.method == "POST":
        # What stays was shown and unticked; what was agreed to since the page was opened ends.
        stays = set(request.POST.getlist("shown")) - set(request.POST.getlist("others"))
        ending = [second for second in others if str(second.pk) not in stays]
        try:
            copies = consenting.withdraw_consent(
                consent=consent,
                by=request.user,
                others=ending,
            )
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect(case)
        messages.success(request, f"Withdrawn: nobody can read it any more. {_who_saw_it(copies)}")
        return redirect(case)
    resting = [*consent.referrals.all(), *(r for second in others for r in second.referrals.all())]
    context = {
        "case": case,
        "consent": consent,
        "others": others,
        "copies": [copy for referral in resting for copy in referral.copies.all()],
    }
    return render(request, "desk/withdraw_consent.html", context)
