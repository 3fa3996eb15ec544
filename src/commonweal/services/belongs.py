"""Services and kinds of help name no resident."""

from __future__ import annotations

from commonweal.residents.belongings import (
    set_aside,
)

from .models import (
    BroughtService,
    HelpType,
    Organisation,
    Place,
    Schedule,
    Service,
    ServicesFile,
)

set_aside(HelpType, because="what the town offers")
for directory in (Organisation, Service, Place, Schedule):
    set_aside(directory, because="the published directory of services")
for file in (ServicesFile, BroughtService):
    set_aside(file, because="files of the directory of services, which names no resident")
