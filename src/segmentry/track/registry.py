"""Versions of a model in MLflow's registry: found by name, number or alias, and brought here as our file."""

import hashlib
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from segmentry.errors import ModelError, NotFoundError, UsageError
from segmentry.files import write_with
from segmentry.model import MODEL_FILE
from segmentry.track.store import Store, find_store

__all__ = ["SCHEME", "Address", "Version", "fetch", "is_registered", "parse", "resolve", "version_of"]

SCHEME = "models:/"
ADDRESS = re.compile(
    r"models:/(?P<name>[^/@:\"'%]{1,200})(?:/(?P<version>[1-9][0-9]{0,8})|@(?P<alias>[A-Za-z][A-Za-z0-9_.-]{0,99}))"
)
SHA = "segmentry.model_sha256"
"""The tag that holds the SHA-256 of our file, of a run, a model and a version."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a version is named: its model, and either its number or an alias.

    Parameters
    ----------
    name : str
        The model's, in the registry.
    version, alias : str, default ""
        One of them is given.
    """

    name: str
    version: str = ""
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a registered model.

    Parameters
    ----------
    name : str
        The model's.
    version : str
        Its number, as text.
    alias : str
        Under which it was asked for; "" where it was asked for by number.
    run : str
        The id of the MLflow run that it comes from.
    source : str
        Where MLflow has its files.
    store : Store
        Which MLflow.
    tags : mapping of str
        Of the version.
    """

    name: str
    version: str
    alias: str
    run: str
    source: str
    store: Store
    tags: Mapping[str, str]

    @property
    def uri(self) -> str:
        """Its address by number, which never means another version."""
        return f"{SCHEME}{self.name}/{self.version}"

    @property
    def sha256(self) -> str:
        """Of our file, as it was when it was logged; "" where somebody else registered it."""
        return self.tags.get(SHA, "")


def is_registered(model: str) -> bool:
    """Say whether a model is named by an address of the registry.

    Examples
    --------
    >>> is_registered("models:/shop@champion"), is_registered("runs/amber")
    (True, False)
    """
    return model.startswith(SCHEME)


def parse(uri: str) -> Address:
    """Read ``models:/NAME@ALIAS`` or ``models:/NAME/VERSION``.

    Raises
    ------
    UsageError
        It is neither.

    Examples
    --------
    >>> parse("models:/shop@champion")
    Address(name='shop', version='', alias='champion')
    >>> parse("models:/shop/3").version
    '3'
    """
    found = ADDRESS.fullmatch(uri)
    if found is None:
        raise UsageError(f"{uri!r} names no version of a model", way_out="models:/shop@champion, or models:/shop/3")
    return Address(found["name"], found["version"] or "", found["alias"] or "")


def resolve(uri: str, store: Store | None = None) -> Version:
    """Say which version an address means now: one question to the registry.

    Parameters
    ----------
    uri : str
        ``models:/NAME@ALIAS`` or ``models:/NAME/VERSION``.
    store : Store or None, default None
        Which MLflow; None takes that of MLFLOW_TRACKING_URI, else the one in the current folder.

    Raises
    ------
    UsageError
        It is no such address, or MLflow isn't installed.
    NotFoundError
        The registry has no such model, version or alias.
    ServerError
        The registry is away, or refuses.
    """
    address = parse(uri)
    store = store or find_store(None, Path())
    store.need_database()
    with store.asked() as client:
        try:
            if address.alias:
                found = client.get_model_version_by_alias(address.name, address.alias)
            else:
                found = client.get_model_version(address.name, address.version)
        except Exception as error:
            if getattr(error, "error_code", "") not in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
                raise
            raise _missing(client, address, store) from error
        return version_of(found, address.alias, store)


def version_of(found: Any, alias: str, store: Store) -> Version:
    """Write MLflow's own word for a version as ours."""
    tags = {str(key): str(value) for key, value in (found.tags or {}).items()}
    return Version(found.name, str(found.version), alias, found.run_id or "", found.source or "", store, tags)


def fetch(version: Version, into: Path) -> Path:
    """Bring the model file of a version here, unless it is here already, and give its path.

    Parameters
    ----------
    version : Version
        As :func:`resolve` gave it.
    into : pathlib.Path
        A folder of files so fetched, one a version; made where it is missing.

    Raises
    ------
    ModelError
        The version holds no model of ours, or another one than was logged.
    ServerError
        The registry is away, or refuses.
    """
    place = into / f"{re.sub(r'[^A-Za-z0-9_-]', '_', version.name)}-{version.version}.segmentry"
    if version.sha256 and place.is_file() and _sha256(place) == version.sha256:
        return place
    with version.store.asked() as client:
        import mlflow  # noqa: PLC0415 - three seconds that only tracking needs

        files = client.get_model_version_download_uri(version.name, version.version)
        source = f"{files}/artifacts/{MODEL_FILE}"
        with tempfile.TemporaryDirectory(prefix="segmentry-") as folder:
            try:
                came = Path(
                    mlflow.artifacts.download_artifacts(
                        artifact_uri=source, dst_path=folder, tracking_uri=version.store.uri
                    )
                )
            except Exception as error:
                if not _is_absent(error):
                    raise
                raise _not_ours(version, "it was not made by segmentry, or its files are gone") from error
            if version.sha256 and _sha256(came) != version.sha256:
                raise _not_ours(version, "its file is not the one that was logged")
            write_with(place, lambda beside: shutil.copyfile(came, beside))
    return place


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_absent(error: Exception) -> bool:
    text = f"{getattr(error, 'error_code', '')} {error}"
    return isinstance(error, OSError) or any(
        sign in text for sign in ("No such artifact", "404", "NOT_FOUND", "NOT_EXIST")
    )


def _not_ours(version: Version, seen: str) -> ModelError:
    return ModelError(f"{version.uri} holds no model that can be used", [seen], "segmentry register RUN --name NAME")


def _missing(client: Any, address: Address, store: Store) -> NotFoundError:
    """Say what is missing: the model, the version, or the alias; and what there is."""
    try:
        model = client.get_registered_model(address.name)
    except Exception:  # noqa: BLE001 - whatever keeps us from seeing it, it isn't there for us
        names = [found.name for found in client.search_registered_models(max_results=8)]
        return NotFoundError(
            f"no model {address.name!r} is registered at {store.shown}",
            [f"registered: {', '.join(names)}"] if names else ["nothing is registered there"],
            f"segmentry register RUN --name {address.name}",
        )
    aliases = ", ".join(f"{alias} (version {number})" for alias, number in sorted(model.aliases.items()))
    if address.alias:
        return NotFoundError(
            f"{address.name} has no version called {address.alias!r}",
            [f"it has: {aliases}"] if aliases else ["no version has an alias yet"],
            f"segmentry promote {address.name}@VERSION --alias {address.alias} --why TEXT",
        )
    versions = [found.version for found in client.search_model_versions(f"name = '{address.name}'", max_results=8)]
    return NotFoundError(
        f"{address.name} has no version {address.version}",
        [f"the latest are: {', '.join(map(str, versions))}"] if versions else ["it has no version yet"],
        f"{SCHEME}{address.name}/{versions[0]}" if versions else f"segmentry register RUN --name {address.name}",
    )
