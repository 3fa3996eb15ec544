"""What is asked for is kept whole: no form takes more than its column holds, no action cuts."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.apps import apps

from commonweal.office.fields import EncryptedTextField

SOURCES = Path(__file__).resolve().parents[3] / "src/commonweal"
# Forms of the desk write into the models of the rooms below it.
WRITES = {"desk": {"residents", "services", "cases", "asks", "grants", "volunteers"}}
# Written by the town's file only, never by a form.
SET_UP = {"HelpType", "TextTemplate", "Retention"}
# Where a form writes, where the name of a field stands in other models of its app as well.
INTO: dict[str, set[str]] = {
    "desk.AppointNamedForm": {"accounts.Appointment"},
    "desk.CloseDeskForm": {"Opening", "Excused"},
    "desk.SamePersonForm": {"Merge", "Different"},
    # Why one is moved is kept in its `ended_words`, encrypted and of any length.
    "desk.MoveActionForm": {"NextAction"},
    "desk.PartForm": {"Merge"},
    "desk.ReachForm": {"SafeContact"},
    # A postcode from which it is counted; nothing of it is kept.
    "desk.NearForm": set(),
    "desk.ReferenceForm": set(),
    "desk.StrikeForm": {"AccessEntry"},
    "desk.BecauseForm": {"Resident", "Award"},
    "desk.DeathForm": {"Resident"},
    "desk.CloseAlarmForm": {"Alarm"},
    "desk.ConsentForm": {"Consent"},
    "desk.FundChangeForm": {"Fund", "FundBefore"},
    "desk.ExplainReadsForm": {"ReadsExplained"},
    "desk.FundForm": {"Fund"},
    "desk.CallerForm": set(),
    "desk.GlassForm": {"Glass"},
    "desk.IntakeForm": {"Resident", "Case"},
    "desk.OwnAddressForm": {"OwnAddress"},
    "desk.PersonForm": {"Resident", "ResidentChange"},
    "desk.MoveOutForm": {"ResidentChange"},
    "desk.ReferInForm": {"Resident", "Case"},
    "desk.ResumeForm": set(),
    "desk.ServiceFileForm": {"Service", "Organisation"},
    "desk.ServiceForm": {"Service", "Place"},
    # Why a file is undone is kept in its `undone_because`, encrypted and of any length.
    "desk.UndoServicesForm": set(),
    "desk.UrgencyForm": {"Case"},
    "economy.AlarmForm": {"asks.Alarm"},
    "economy.SeriesReasonForm": {"SeriesRelease"},
    "economy.ComparatorForm": {"Comparator"},
    "economy.GroupForm": {"EmployerGroup"},
    "economy.LevelForm": {"Level"},
    "economy.MoveTaskForm": {"ShockTask"},
    "economy.ScenarioForm": {"Scenario", "ScenarioVersion"},
    "economy.ShockTaskForm": {"ShockTask"},
    "economy.WardsForm": {"WardShape"},
    # Looked up, and written nowhere.
    "voice.VotingCodeForm": set(),
    "voice.ReceiptForm": set(),
    "voice.SlipForm": set(),
    "voice.PlaceForm": {"Place"},
    "voice.SampleForm": {"PaperCheck"},
    "voice.EnterprisesForm": {"Round"},
    "voice.IdeaForm": {"Project"},
    "voice.ProjectForm": {"Project"},
    "voice.RoundForm": {"Round"},
    "voice.OutcomeForm": {"Consultation"},
    "voice.ProposalForm": {"Proposal"},
    "voice.EnterProposalForm": {"Proposal"},
    "voice.CommentForm": {"Comment"},
    "programme.ActionForm": {"Action"},
    "programme.NewActionForm": {"Action"},
    "programme.ReplanForm": {"Action"},
    "programme.RiskForm": {"Risk"},
    "programme.MilestoneForm": {"Milestone"},
    "programme.DecisionForm": {"charter.Decision"},
    "charter.SignForm": {"Signature", "HeldSignature"},
    "programme.ActionFileForm": {"Action", "Workstream"},
    "spend.SurveyForm": {"Survey"},
    "setup.TownForm": {"places.Town"},
    # Its areas are held to the column line by line.
    "setup.NamedAreasForm": set(),
    "setup.AdoptForm": {"charter.CharterVersion", "charter.Decision"},
    "setup.MeasureForm": {"pledges.Measure"},
    "setup.LookForm": {"places.Town"},
    "setup.NoticesForm": {"places.Town"},
}
# What a form takes is written under another name.
RENAMED = {
    "charter.SignForm.name": "signed_name",
    "desk.MoveActionForm.because": "ended_words",
    "desk.StrikeForm.because": "struck_because",
}
# Numbers that their own pattern limits.
BY_PATTERN = {"company_number", "charity_number", "mutual_number"}


def every_form() -> list[type[Any]]:
    found = []
    for path in sorted(SOURCES.rglob("*.py")):
        name, *_ = path.relative_to(SOURCES).parts
        if name == "desk" or path.stem.endswith(("forms", "views", "desk")):
            parts = path.relative_to(SOURCES).with_suffix("").parts
            module = ".".join(("commonweal", *parts)).removesuffix(".__init__")
            for _, kind in inspect.getmembers(importlib.import_module(module), inspect.isclass):
                if issubclass(kind, forms.BaseForm) and kind.__module__ == module:
                    found.append(kind)
    return sorted(found, key=lambda kind: f"{kind.__module__}.{kind.__name__}")


def columns_of(form: str, app: str, name: str) -> list[Any]:
    """The columns of limited length into which a field of a form may be written."""
    rooms = WRITES.get(app, {app})
    wanted = {
        label
        for model in INTO.get(form, set())
        for label in ([model] if "." in model else [f"{room}.{model}" for room in rooms])
    }
    models = [
        model
        for model in apps.get_models()
        if model._meta.label in wanted
        or (form not in INTO and model._meta.app_label in rooms and model.__name__ not in SET_UP)
    ]
    column = RENAMED.get(f"{form}.{name}", name)
    return [
        field
        for model in models
        for field in model._meta.concrete_fields
        if field.name == column and field.max_length and not isinstance(field, EncryptedTextField)
    ]


@pytest.mark.parametrize("kind", every_form(), ids=lambda kind: kind.__name__)
def test_no_form_takes_more_than_its_column_holds(kind):
    app = kind.__module__.split(".")[1]
    form, wrong = f"{app}.{kind.__name__}", []
    for name, field in kind.base_fields.items():
        if not isinstance(field, forms.CharField) or name in BY_PATTERN:
            continue
        for column in columns_of(form, app, name):
            if field.max_length is None or field.max_length > column.max_length:
                wrong.append(f"{name} ({field.max_length}) into {column} ({column.max_length})")
    assert not wrong, wrong


def test_the_numbers_of_registers_are_as_long_as_their_columns(db):
    from commonweal.partners import numbers as theirs
    from commonweal.partners.models import Partner

    for name, pattern in (
        ("company_number", theirs.COMPANY_NUMBER),
        ("charity_number", theirs.CHARITY_NUMBER),
        ("mutual_number", theirs.MUTUAL_NUMBER),
    ):
        most = Partner._meta.get_field(name).max_length
        for length in range(1, 20):
            for text in (
                "1" * length,
                "1" * (length - 1) + "R",
                "1" * max(length - 3, 0) + "RAB",
                "1" * max(length - 2, 0) + "AB",
            ):
                assert not pattern.match(text) or len(text) <= most, f"{name}: {text}"


# Cuts that lose no words that anybody typed into a form: digests, short forms that are shown,
# identifiers, rows, and what was searched for. Files that are read are a matter of their readers.
HARMLESS = re.compile(
    r"hexdigest|keyed_hash|slugify|statement\[:|objects|order_by|\.filter|rejected|_list\("
    r"|request\.GET|GET\.get|query\.get|\.header|self\.|\bentries\b|\bstale\b|\bordered\b|\brows\b"
    r"|\[one for|\[p for|\bgrid\b|number\[|\btasks\b|partner\.pledges|sorted\(|get\('tab'"
)
READERS = {
    "services.directory",
    "pledges.layout",
    "pledges.importing",
    "programme.importing",
    "spend.contracts",
    "spend.importing",
    "spend.payees",
    "spend.reads",
    "pledges.links",
    "pledges.files",
    "setup.townfile",
}
KNOWN = {
    # Lists that a page shows a part of, and a unit as long as an ask may have.
    "asks.surge.unit_for: most['measure__unit'][:40]",
    "economy.shocks.reads.vacancies: rounds.select_related('partner')[:20]",
    "economy.shocks.space._shown: shocks.select_related('partner')[:50]",
    "partners.desk_near.near: decided[:50]",
    # The address of the page that one came from, of which known filters alone are taken.
    "pledges.reads.same_register: query[:500]",
    # A message about a line, or a sample of it; not the line. A file's name, which is no words.
    "spend.contracts_frame._no_amounts: text[:40]",
    "setup.hints.shown: table[name][:40]",
    "bringing.forms._short: text[:59]",
    "bringing.holding.hold: Path(upload.name or 'file').name[:200]",
    "setup.checking._shown: table[name][:40]",
    # Finance's own file, read; the names of an alarm, made up by the house; as long as its form.
    "grants.paying.reconcile: (row.get('because') or '').strip()[:200]",
    "asks.surge._risk_of: f'{usual}: {series.name.lower()}'[:200]",
    "asks.surge._ask_for: f'More help with: {help_type.name.lower()}'[:120]",
    # Names of kinds of failure, and why a message was stopped: words of the house, not of people.
    "accounts.mail._put_off: kind[:60]",
    "cases.writing.words_now: why[:80]",
    # Where the kind of an office file's part is looked for; the part goes on whole, or not at all.
    "pledges.office._properties: part[:4000]",
    "pledges.office.without_makers: part[:4000]",
    # Rows of a page, and files that are listed on a console.
    "desk.today.today: owed_in_order(calls)[:30]",
    "desk.today.today: own.exclude(case__in=closed)[:30]",
    "desk.volunteers.volunteer: helper.takes.select_related('task')[:40]",
    "pledges.desk.day: to_assign[:20]",
    "pledges.management.commands.ledger._evidence: lost[:20]",
    "economy.management.commands.series.do_import: release.left_out[:20]",
    "economy.management.commands.series.do_import: release.notes[:20]",
    # Shown again to whoever sent more than anybody could type; what was sent is refused, not cut.
    "desk.limiting.cut_post: [answer[:FIELD_MOST] for answer in post.getlist(name)][:100]",
}


def cuts() -> set[str]:
    """Every place in an action that cuts a text: ``words[:40]`` with a number."""
    found = set()
    for path in SOURCES.rglob("*.py"):
        parts = path.relative_to(SOURCES).with_suffix("").parts
        if parts[0] in ("demo", "design", "jobs") or "migrations" in parts:
            continue
        for function in ast.walk(ast.parse(path.read_text())):
            if not isinstance(function, ast.FunctionDef):
                continue
            for node in ast.walk(function):
                if _cuts(node):
                    found.add(f"{'.'.join(parts)}.{function.name}: {ast.unparse(node)}")
    return found


def _cuts(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.Slice)
        and node.slice.lower is None
        and isinstance(node.slice.upper, ast.Constant)
        and isinstance(node.slice.upper.value, int)
        and node.slice.upper.value >= 20
    )


def test_no_action_cuts_what_somebody_typed():
    found = {
        cut
        for cut in cuts()
        if not HARMLESS.search(cut.split(": ", 1)[1])
        and cut.rsplit(".", 1)[0].split(":")[0].rsplit(".", 1)[0] not in READERS
        and ".".join(cut.split(":")[0].split(".")[:2]) not in READERS
    }
    assert found <= KNOWN, found - KNOWN
