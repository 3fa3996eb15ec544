"""Migrations forwards, by models that are made when they are asked for.

Django keeps every model of a state made while it migrates, and after each operation makes those
anew that lean on what changed, by any number of steps. Here nearly all lean on a person or a
partner: for 144 migrations 40,000 classes, nine tenths of the time that a new town takes. An
operation looks at its own model and those that this points to, so only they are made. Whoever asks
for more (a step that moves rows, a question who points here) gets all of them, as Django makes
them. What an operation leaves as it is serves the next one too, unless it points to what changed:
1,600 classes are enough. That both ways make the same tables is tried by
`tests/commonweal/setup/test_rendering.py`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

from django.apps import apps as global_apps
from django.db import models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import AppConfigStub, ModelState, ProjectState, StateApps

from .remaking import SparingEditor
from .states import Key, Shared, States, are_same, targets_of, to_render


class AskedApps(StateApps):
    """The models of a state; each is made, with all that it points to, when it is asked for.

    Where it is `whole`, asking for one makes them all: a step that moves rows may follow a relation
    from either end.
    """

    def __init__(
        self, states: dict[Key, ModelState], real: list[ModelState], is_whole: bool
    ) -> None:
        super().__init__([], {})
        # A constraint's `partner__isnull` asks the partner for a field of that name, forwards and
        # backwards. Backwards would make all models, where no constraint can go: Django does not
        # look there while its models are not ready.
        self.models_ready = is_whole
        self.real_models = real
        self.states = states | {(state.app_label, state.name_lower): state for state in real}
        self.whole = is_whole
        # The models before the operation that is at work.
        self.before: AskedApps | None = None
        # What each model that is made holds on to, once that was asked.
        self.targets: dict[Key, set[Key]] = {}
        for label in sorted({label for label, _ in self.states}):
            self.app_configs[label] = stub = AppConfigStub(label)
            stub.apps = self
            stub.import_models()

    def get_model(
        self, app_label: str, model_name: str | None = None, require_ready: bool = True
    ) -> type[models.Model]:
        if model_name is None:
            app_label, model_name = app_label.split(".")
        key = app_label, model_name.lower()
        if self.before is not None and self.before._has_other_fields(key, self):
            # A table that is made anew has its columns in the order in which their fields were
            # made: a new one comes last.
            self.before._make([key])
        self._make(self.states if self.whole else [key])
        return self.get_registered_model(app_label, model_name)

    # Django clears this cache by its name, whenever a model is made.
    @functools.cache  # noqa: B019
    def get_models(self, *args: Any, **options: Any) -> list[type[models.Model]]:
        """All of them: this is how Django finds what points to a model."""
        self._make(self.states)
        return super().get_models(*args, **options)

    def check_models_ready(self) -> None:
        """Whoever asks for all of them gets them (`get_models`)."""

    def get_app_config(self, app_label: str) -> Any:
        self._make(self.states)
        return super().get_app_config(app_label)

    def _make(self, keys: Iterable[Key]) -> None:
        """Make these, and whatever they wait for: the models that they point to."""
        while missing := [self.states[key] for key in keys if self._is_missing(key)]:
            self.render_multiple([to_render(state) for state in missing])
            keys = list(self._pending_operations)

    def _made(self) -> dict[Key, type[models.Model]]:
        rooms = self.all_models.items()
        return {(label, name): model for label, of in rooms for name, model in of.items()}

    def outdated(self, states: States) -> set[Key]:
        """Of what is made, all that is not so in these states, or holds on to what is not."""
        made = self._made()
        known = self.states.keys() | states.keys()
        gone = {key for key in known if not are_same(self.states.get(key), states.get(key))}
        for key in made.keys() - self.targets.keys():
            self.targets[key] = targets_of(made[key])
        while more := {key for key in made.keys() - gone if gone & self.targets[key]}:
            gone |= more
        return gone

    def follow(self, earlier: AskedApps) -> None:
        """Take what an earlier state made and what is the same here.

        A model finds what points to it by the models of the state that it was made for. So what
        the operation changes is made anew for the state before it too, if it is of an earlier one.
        """
        made, gone = earlier._made(), earlier.outdated(self.states)
        for key, model in made.items():
            if key not in gone:
                self.all_models[key[0]][key[1]] = model
                self.targets[key] = earlier.targets[key]
        if any(made[key]._meta.apps is not earlier for key in gone & made.keys()):
            earlier.forget(gone)

    def move_to(self, later: AskedApps) -> None:
        """Become the models of a later state, of which nothing is made yet."""
        self.forget(self.outdated(later.states))
        self.states = later.states

    def forget(self, keys: set[Key]) -> None:
        """Forget models, and the ways back to them from those that they pointed to."""
        made = self._made()
        for key in keys & made.keys():
            meta: Any = made[key]._meta
            for field in [*meta.local_fields, *meta.local_many_to_many]:
                relation = field.remote_field
                if relation and relation.get_accessor_name() in vars(relation.model):
                    delattr(relation.model, relation.get_accessor_name())
            self.targets.pop(key, None)
            self.unregister_model(*key)
        self.clear_cache()

    def _has_other_fields(self, key: Key, after: AskedApps) -> bool:
        both = key in self.states and key in after.states
        return both and self.states[key].fields != after.states[key].fields

    def _is_missing(self, key: Key) -> bool:
        return key in self.states and key[1] not in self.all_models[key[0]]


class AskedState(ProjectState):
    """A state whose models are made when they are asked for, and forgotten when it changes."""

    # The state before the operation that is at work.
    before: AskedState | None = None
    # What was made last, of this state or of an earlier one.
    latest: AskedApps | None = None

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # For steps in Python, one after the other: all models, of the state of the last such step.
        self.whole: list[AskedApps] = []

    @classmethod
    def of(cls, state: ProjectState) -> AskedState:
        return cls(models=state.models, real_apps=state.real_apps)

    def plain(self) -> ProjectState:
        """The same in Django's own kind, all of whose models are made at once."""
        return ProjectState(models=self.models, real_apps=self.real_apps)

    @functools.cached_property
    def apps(self) -> AskedApps:
        wanted_apps = self._asked(whole=False)
        wanted_apps.before = before = None if self.before is None else self.before.apps
        earlier = self.latest if before is None or before.whole else before
        if earlier is not None:
            wanted_apps.follow(earlier)
        self.latest = wanted_apps
        return wanted_apps

    def _asked(self, *, whole: bool) -> AskedApps:
        configs = [global_apps.get_app_config(label) for label in self.real_apps]
        unmigrated = [model for config in configs for model in config.get_models()]
        real = [ModelState.from_model(model, exclude_rels=True) for model in unmigrated]
        return AskedApps(self.models, real, whole)

    def clone(self) -> AskedState:
        """A copy, which gets the models that are made: what follows changes the original."""
        models = dict(self.models)
        copied = AskedState(Shared(models), self.real_apps)
        self.models = Shared(models)
        copied.latest, copied.whole = self.latest, self.whole
        apps = self.__dict__.pop("apps", None)
        if apps is not None:
            apps.states.update(models)
            apps.before = None
            copied.apps = apps
        self.before = copied
        return copied

    def clear_delayed_apps_cache(self) -> None:
        """Django says this before a step in Python, which gets all models or none."""
        asked = self._asked(whole=True)
        if self.whole:
            self.whole[0].move_to(asked)
        else:
            self.whole.append(asked)
        self.apps = self.whole[0]

    def reload_model(self, *args: Any, **options: Any) -> None:
        # What was made of this very state is as it was before its states changed.
        if self.__dict__.pop("apps", None) is not None:
            self.latest = None

    reload_models = reload_model

    def rename_model(self, app_label: str, old_name: str, new_name: str) -> None:
        # What points to it is changed with it, without being asked for by its key.
        for key in list(self.models):
            self.models[key]
        super().rename_model(app_label, old_name, new_name)

    def remove_model(self, app_label: str, model_name: str) -> None:
        self.reload_model()
        super().remove_model(app_label, model_name)


class SparingExecutor(MigrationExecutor):
    """Django's executor; forwards it makes the models that are asked for, and no others."""

    def __init__(self, connection: Any, *args: Any) -> None:
        super().__init__(connection, *args)
        if connection.vendor == "sqlite":
            connection.SchemaEditorClass = SparingEditor

    def _migrate_all_forwards(self, state: ProjectState, *args: Any, **options: Any) -> Any:
        django: Any = super()
        return django._migrate_all_forwards(AskedState.of(state), *args, **options).plain()
