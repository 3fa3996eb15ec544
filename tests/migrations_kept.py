"""What a migrated database is kept under: another change of what it was made of is another name."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from pathlib import Path

import django


def digest(package: Path) -> str:
    """A name for the database that the migrations of a package make."""
    whole = hashlib.sha256(django.get_version().encode())
    for path in sorted(_made_of(package)):
        # Django knows a migration by its name: one that was only renamed is another one.
        whole.update(f"{path.relative_to(package)} ".encode() + path.read_bytes())
    return whole.hexdigest()[:24]


def _made_of(package: Path) -> set[Path]:
    """The migrations, what they import, and the settings, whose apps of others bring migrations."""
    paths = {package / "config" / "settings.py", *package.rglob("migrations/*.py")}
    for migration in package.rglob("migrations/*.py"):
        for statement in ast.walk(ast.parse(migration.read_text())):
            for module in _imported(statement):
                path = package.parent / module.replace(".", "/")
                paths.update(filter(Path.is_file, (path.with_suffix(".py"), path / "__init__.py")))
    return paths


def _imported(statement: ast.AST) -> Iterator[str]:
    """The modules that a statement imports, or might: a name may be a module's or a thing's."""
    if isinstance(statement, ast.Import):
        yield from (alias.name for alias in statement.names)
    elif isinstance(statement, ast.ImportFrom) and statement.module:
        yield statement.module
        yield from (f"{statement.module}.{alias.name}" for alias in statement.names)
