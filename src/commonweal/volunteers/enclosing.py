"""A case becomes restricted: what volunteers were offered is taken back."""

from __future__ import annotations

from commonweal.cases.enclosing import TAKES_BACK
from commonweal.cases.models import Case, Need, Note

from .models import Task


def take_back_tasks(case: Case) -> list[Need]:
    """What is offered to volunteers was written before anybody knew: no one more reads a name or
    an address by it. A note says what it was, so that the new owner can offer it again. Returns
    the needs that it leaves without."""
    needs = []
    tasks = Task.objects.filter(need__case=case).select_related("need", "taken_by__person")
    for task in tasks.filter(state=Task.State.OPEN):
        Task.objects.filter(pk=task.pk).update(state=Task.State.CANCELLED)
        details = "\n".join(part for part in (task.who, task.where, task.instructions) if part)
        sentence = (
            f"The task “{task.title}” was taken back from the volunteers: the case is for named "
            f"colleagues now. Offer it again if that is safe.\n{details}"
        )
        Note.objects.create(case=case, kind="note", words=sentence.strip())
        Task.objects.filter(pk=task.pk).update(who="", where="", instructions="")
        # A task of its case always has a need: that is how it was found.
        needs += [task.need] if task.need else []
    for task in tasks.filter(state=Task.State.TAKEN):
        sentence = (
            f"A volunteer has the task “{task.title}” and has read name and address. Ring the "
            "volunteer."
        )
        Note.objects.create(case=case, kind="note", words=sentence)
    return needs


TAKES_BACK.append(take_back_tasks)
