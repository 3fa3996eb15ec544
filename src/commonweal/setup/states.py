"""States of models, between migrations: copied, compared, and made ready to become models."""

from __future__ import annotations

import copy
import functools
from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.migrations.state import ModelState
from django.utils.functional import cached_property

# The label of a room, and the name of a model in small letters.
Key = tuple[str, str]
States = Mapping[Key, ModelState]


@functools.cache
def worked_out_once(kind: type) -> set[str]:
    """What an object of a class notes down when it is first asked for it."""
    attributes = [pair for base in kind.__mro__ for pair in vars(base).items()]
    kinds = (cached_property, functools.cached_property)
    return {name for name, attribute in attributes if isinstance(attribute, kinds)}


class Copied:
    """A field of a state, as a model takes it. Django takes each apart and makes it anew, which is
    half of making a model; what a model inherits it copies, as is done here."""

    def __init__(self, field: models.Field[Any, Any]) -> None:
        self.field = field

    def clone(self) -> Any:
        new: Any = copy.deepcopy(self.field)
        for part in filter(None, [new, new.remote_field]):
            # A state's field knows by name alone what it points to.
            kind: Any = type(part)
            for name in worked_out_once(kind) & vars(part).keys():
                del vars(part)[name]
        new.name, new.verbose_name = None, new._verbose_name
        # By these numbers a model knows the order of its fields.
        if new.auto_created:
            new.creation_counter = models.Field.auto_creation_counter
            models.Field.auto_creation_counter -= 1
        else:
            new.creation_counter = models.Field.creation_counter
            models.Field.creation_counter += 1
        return new


def twin(state: ModelState, **others: Any) -> ModelState:
    """A copy, as Django makes it, which looks through all fields each time."""
    new = ModelState.__new__(ModelState)
    copies = {"fields": dict(state.fields), "managers": list(state.managers)}
    vars(new).update(vars(state) | {"options": dict(state.options)} | copies | others)
    return new


class Shared(dict[Key, ModelState]):
    """States that are another's too, until one is asked for by its key, as Django does before it
    changes one: then it is a copy."""

    def __init__(self, states: States) -> None:
        super().__init__(states)
        self.shared = set(states)

    def __getitem__(self, key: Key) -> ModelState:
        if key in self.shared:
            self[key] = twin(super().__getitem__(key))
        return super().__getitem__(key)

    def __setitem__(self, key: Key, state: ModelState) -> None:
        self.shared.discard(key)
        super().__setitem__(key, state)

    def __delitem__(self, key: Key) -> None:
        self.shared.discard(key)
        super().__delitem__(key)


def to_render(state: ModelState) -> ModelState:
    return twin(state, fields={name: Copied(field) for name, field in state.fields.items()})


def targets_of(model: type[models.Model]) -> set[Key]:
    """What a model that is made holds on to: what it points to, inherits from, or belongs to."""
    meta: Any = model._meta
    relations = [*meta.local_fields, *meta.local_many_to_many]
    aims = [field.remote_field.model for field in relations if field.remote_field]
    aims += [field.remote_field.through for field in meta.local_many_to_many]
    aims += [base for base in model.__mro__[1:] if hasattr(base, "_meta")]
    aims += [meta.auto_created] if meta.auto_created else []
    return {(aim._meta.app_label, aim._meta.model_name) for aim in aims if aim}


def are_same(first: ModelState | None, second: ModelState | None) -> bool:
    if first is None or second is None:
        return first is second
    return (
        first.name == second.name
        and first.fields == second.fields
        and first.options == second.options
        and first.bases == second.bases
        and first.managers == second.managers
    )
