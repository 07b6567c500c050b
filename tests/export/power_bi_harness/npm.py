"""Packages of npm, fetched by their version and taken only if they are what their hash says."""

import base64
import hashlib
import shutil
import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path

BUILD = Path(__file__).resolve().parents[3] / "build"


def fetched(name: str, packages: Mapping[str, str]) -> Path:
    """Give a folder of the build whose node_modules hold the packages, and nothing else.

    Parameters
    ----------
    name : str
        Of the folder.
    packages : mapping of str to str
        The SHA-512 of each archive, in base64, by ``NAME@VERSION``; what they need must be among them.
    """
    store = BUILD / name
    modules = store / "node_modules"
    missing = [package for package in packages if not _archive(store, package).is_file()]
    if missing:
        store.mkdir(parents=True, exist_ok=True)
        quiet = ["--silent", "--loglevel=error"]
        subprocess.run(["npm", "pack", *quiet, *missing], cwd=store, check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(modules, ignore_errors=True)
    for package, sealed in packages.items():
        archive = _archive(store, package)
        found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        assert found == sealed, f"{archive.name} is not what it should be"
        place = modules / package.rpartition("@")[0]
        place.parent.mkdir(parents=True, exist_ok=True)
        with tarfile.open(archive) as opened:
            opened.extractall(store / "unpacked", filter="data")
            top = opened.getnames()[0].partition("/")[0]
        (store / "unpacked" / top).rename(place)
    return store


def _archive(store: Path, package: str) -> Path:
    plain, _, release = package.rpartition("@")
    return store / f"{plain.removeprefix('@').replace('/', '-')}-{release}.tgz"
