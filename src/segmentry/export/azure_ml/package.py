"""The program itself as a wheel, packed from what is installed here: there is no index that Azure could get it from.

A wheel is the files, the metadata that the installation has anyway, and a list of both with their hashes.
"""

import base64
import hashlib
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from io import BytesIO
from pathlib import Path

import segmentry
from segmentry.errors import UsageError

__all__ = ["wheel"]

LEFT = {"__pycache__", ".c", ".h", ".pyc"}
METADATA = ("METADATA", "WHEEL", "entry_points.txt", "top_level.txt")
WHEN = (2020, 1, 1, 0, 0, 0)


def wheel() -> tuple[str, bytes]:
    """Pack the running installation, from a checkout or not: the name of the wheel, and its content.

    Raises
    ------
    UsageError
        It runs from files that were never installed, so nothing says for which machines they are.
    """
    found = distribution("segmentry")
    tag = next(
        (line.partition(":")[2].strip() for line in _metadata(found, "WHEEL").splitlines() if "Tag:" in line), ""
    )
    if not tag:
        raise UsageError(
            "this segmentry is not installed, so it can't be packed for Azure",
            [f"it runs from {Path(segmentry.__file__).parent}"],
            "pip install it, or --package with a wheel",
        )
    about = f"segmentry-{found.version}.dist-info"
    memory = BytesIO()
    listed = []
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (*_files(), *_about(found, about)):
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            listed.append(f"{name},sha256={digest},{len(content)}")
            archive.writestr(zipfile.ZipInfo(name, WHEN), content, zipfile.ZIP_DEFLATED)
        listed.append(f"{about}/RECORD,,")
        archive.writestr(zipfile.ZipInfo(f"{about}/RECORD", WHEN), "\n".join(listed) + "\n")
    return f"segmentry-{found.version}-{tag}.whl", memory.getvalue()


def _files() -> Iterator[tuple[str, bytes]]:
    root = Path(segmentry.__file__).parent
    for path in sorted(root.rglob("*")):
        within = path.relative_to(root.parent)
        if path.is_file() and path.suffix not in LEFT and not LEFT.intersection(within.parts):
            yield within.as_posix(), path.read_bytes()


def _about(found: Distribution, folder: str) -> Iterator[tuple[str, bytes]]:
    for name in METADATA:
        if text := _metadata(found, name):
            yield f"{folder}/{name}", text.encode()


def _metadata(found: Distribution, name: str) -> str:
    return found.read_text(name) or ""
