"""What is written and kept beside a case: notes, and papers under names that say nothing."""

from __future__ import annotations

import logging
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.places.models import the_town
from commonweal.pledges import files
from commonweal.residents.unwritten import refuse_codes

from ..models import Case, CaseFile, Note

logger = logging.getLogger("commonweal.papers")


@transaction.atomic
def note(*, case: Case, words: str, by: Person | None, kind: str = "note") -> Note:
    refuse_codes(case.resident, words)
    written = Note.objects.create(case=case, words=words, by=by, kind=kind)
    record("note written", about=case, by=by, kind=kind)
    return written


def box() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.FIELD_KEYS])


@transaction.atomic
def attach(*, case: Case, upload: UploadedFile[Any], by: Person) -> CaseFile:
    """Keep a paper of the case, encrypted, under a name that says nothing."""
    name = upload.name or "file"
    refuse_codes(case.resident, name)
    most = the_town().evidence_max_mb
    if upload.size and upload.size > most * 1024 * 1024:
        raise Refused(f"The file is larger than {most} MB.")
    content: Any = upload.read()
    content_type = files.check(name, content, max_mb=most)
    paper = CaseFile.objects.create(
        case=case,
        name=files.safe_name(name),
        content_type=content_type,
        size_bytes=len(content),
        added_by=by,
    )
    path = settings.CASE_FOLDER / str(paper.code)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(box().encrypt(content))
    record("paper kept", about=case, by=by, paper=str(paper.code))
    return paper


def read_file(paper: CaseFile) -> bytes:
    """What a paper holds.

    Raises
    ------
    Refused
        It is gone from the disk.
    """
    path = settings.CASE_FOLDER / str(paper.code)
    if not path.exists():
        logger.error("The paper %s of a case is gone.", paper.code)
        raise Refused(
            "This paper is not where it was kept. Whoever runs this town may find it in a backup."
        )
    return box().decrypt(path.read_bytes())
