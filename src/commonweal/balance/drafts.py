"""The papers of a draft, for those who draft it, sign it off and validate it. Nobody else."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from commonweal.accounts.access import SignedInRequest, staff
from commonweal.design.every_answer import only_read

from . import access, papers, render

FORMATS = {
    "pdf": (render.pdf, "application/pdf"),
    "docx": (render.word, render.WORD),
}


@staff(*access.READERS)
@only_read
def paper(request: SignedInRequest, code: str, kind: str, ending: str) -> HttpResponse:
    """The statement or the committee report of a draft, with *draft* on each page and in its
    name."""
    draft = access.get_draft(code)
    if kind not in papers.KINDS or ending not in FORMATS:
        raise Http404
    make, content_type = FORMATS[ending]
    response = HttpResponse(make(draft, kind=kind), content_type=content_type)
    name = f"draft-{kind}-{code}-{draft.number}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
