"""The model file: a zip of JSON, TOML and arrays, each with its SHA-256; nothing in it is ever executed or unpickled.

::

    manifest.json   the format's number, who wrote it, and the SHA-256 of every other file
    model.json      preparation, method, input schema
    summary.json    the run that made it
    recipe.toml     every option of that run
    arrays.npz      float64 arrays
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from segmentry.cluster import Arrays
from segmentry.errors import ModelError, NotFoundError
from segmentry.files import DAMAGED_ARCHIVE, write_bytes
from segmentry.plain import Plain

__all__ = ["FORMAT", "read_archive", "write_archive"]

FORMAT = 1
MANIFEST = "manifest.json"
LARGEST = 256 * 1024 * 1024
"""No file inside may be larger, in bytes, whatever size it declares."""
NOT_A_MODEL = (*DAMAGED_ARCHIVE, AttributeError, KeyError, TypeError)
"""What reading a file that isn't ours, or is ours no more, may end in."""
EPOCH = (1980, 1, 1, 0, 0, 0)


def write_archive(path: Path, texts: Mapping[str, str], arrays: Arrays, made_by: str) -> None:
    """Write a model file atomically.

    Parameters
    ----------
    path : pathlib.Path
        Where to.
    texts : mapping of str to str
        The JSON and TOML files by name.
    arrays : mapping of str to numpy.ndarray of float64
        What goes into arrays.npz.
    made_by : str
        Program and version.
    """
    packed = io.BytesIO()
    np.savez(packed, **{name: np.asarray(array, dtype=np.float64) for name, array in arrays.items()})  # type: ignore[arg-type]
    contents = {name: text.encode() for name, text in texts.items()} | {"arrays.npz": packed.getvalue()}
    manifest = {
        "format": FORMAT,
        "made_by": made_by,
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()},
    }
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {MANIFEST: json.dumps(manifest, indent=1).encode(), **contents}.items():
            # A fixed date: the same model gives the same bytes.
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)
    write_bytes(path, whole.getvalue())


def read_archive(path: Path) -> tuple[dict[str, str], Arrays]:
    """Read a model file and check every hash.

    Returns
    -------
    tuple of dict and dict
        The texts and the arrays by name.

    Raises
    ------
    NotFoundError
        There is no such file.
    ModelError
        It is no model, is damaged, or was written by a newer release.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise NotFoundError(f"there is no model at {path}", [error.strerror or str(error)], "segmentry runs") from error
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            manifest = json.loads(_member(archive, MANIFEST))
            _check_format(path, manifest)
            files = {name: _member(archive, name) for name in manifest["sha256"]}
        for name, expected in manifest["sha256"].items():
            if hashlib.sha256(files[name]).hexdigest() != expected:
                raise ModelError(
                    f"the model {path.name} is damaged", [f"{name} is not what was written"], "run it again"
                )
        arrays = _arrays(files.pop("arrays.npz"))
        return {name: text.decode() for name, text in files.items()}, arrays
    except NOT_A_MODEL as error:
        raise ModelError(
            f"{path.name} is not a segmentry model, or is damaged", [str(error)[:200]], "run it again"
        ) from error


def _check_format(path: Path, manifest: Mapping[str, Plain]) -> None:
    version = manifest["format"]
    if not isinstance(version, int) or version < 1:
        raise ValueError("its manifest names no format")
    if version > FORMAT:
        raise ModelError(
            f"the model {path.name} was written by a newer release",
            [f"its format is {version}, this release reads up to {FORMAT}; written by {manifest.get('made_by')}"],
            "a newer release: pip install --upgrade segmentry",
        )


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    """Read one file, at most LARGEST bytes of it: declared sizes are not trusted."""
    with archive.open(name) as member:
        content = member.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise ValueError(f"{name} is larger than a model can be")
    return content


def _arrays(content: bytes) -> Arrays:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        names = packed.namelist()
        members = {name.removesuffix(".npy"): _member(packed, name) for name in names}
    arrays: Arrays = {}
    for name, member in members.items():
        array = np.load(io.BytesIO(member), allow_pickle=False)
        if array.dtype != np.float64:
            raise ValueError(f"the array {name} is of type {array.dtype}")
        arrays[name] = array
    return arrays
