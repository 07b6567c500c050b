"""A run as what Azure Machine Learning deploys: model, scripts, environments, endpoints, a training job."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from segmentry.errors import UsageError
from segmentry.exchange import input_schema
from segmentry.export.azure_ml.naming import Names
from segmentry.export.azure_ml.package import wheel
from segmentry.export.azure_ml.plain_yaml import to_yaml
from segmentry.export.azure_ml.readme import readme
from segmentry.export.azure_ml.resources import resources
from segmentry.export.azure_ml.submit import Place, client, submit
from segmentry.export.folders import only_ours
from segmentry.features import GRIDS
from segmentry.files import replace_folder
from segmentry.model import SegmentModel
from segmentry.workspace import FILES, Run

__all__ = ["azure_ml"]

MARK = "online-deployment.yml"
"""The file by which an export is known as one."""
SAID = "az ml: see README.md. By segmentry "
"""What stands above every YAML file."""
HERE = "segmentry.export.azure_ml"
ENVIRONMENTS = {
    "online": """FROM mcr.microsoft.com/azureml/minimal-py312-inference:latest
COPY . /tmp/segmentry/
RUN python -m pip install --no-cache-dir --require-hashes -r /tmp/segmentry/requirements.lock \\
 && python -m pip install --no-cache-dir --no-deps {package}
""",
    "jobs": """FROM mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest
ENV AZUREML_CONDA_ENVIRONMENT_PATH=/azureml-envs/segmentry
RUN conda create --yes --prefix $AZUREML_CONDA_ENVIRONMENT_PATH --channel conda-forge python=3.12 pip
ENV PATH=$AZUREML_CONDA_ENVIRONMENT_PATH/bin:$PATH
COPY . /tmp/segmentry/
RUN python -m pip install --no-cache-dir --require-hashes -r /tmp/segmentry/requirements.lock \\
 && python -m pip install --no-cache-dir --no-deps {package}
""",
}
"""What Azure builds the containers from: its own base images, our locked versions, the program."""


def azure_ml(
    run: Run,
    out: Path,
    *,
    package: str | None = None,
    endpoint: str | None = None,
    compute: str = "cpu-cluster",
    send_to: Place | None = None,
) -> None:
    """Write a run as a folder of Azure Machine Learning, and send it where that is asked for.

    Parameters
    ----------
    run : Run
        A saved run.
    out : pathlib.Path
        The folder, replaced as a whole.
    package : str or None, default None
        What pip installs segmentry from: a wheel, which is copied, or a requirement such as ``segmentry==0.1.0``. None
        packs what is installed here.
    endpoint : str or None, default None
        The online endpoint's name; None makes one of the run's.
    compute : str, default "cpu-cluster"
        The workspace's cluster for batches and training.
    send_to : Place or None, default None
        Where to send it.

    Raises
    ------
    UsageError
        The folder holds other files, the package isn't there, a name can't be used, or Azure refuses.
    """
    names = Names.of(run.summary.run, endpoint)
    only_ours(out, ours=_is_ours(out))
    # Asked first: nobody is to wait for what can't be sent.
    workspace = None if send_to is None else client(send_to)
    program, content = _program(package)
    with replace_folder(out) as new:
        (new / "model").mkdir()
        shutil.copyfile(run.folder / FILES["model"], new / "model" / FILES["model"])
        for name, said in resources(run.model, names, compute).items():
            _write(new / name, to_yaml(said, f"{SAID}{run.summary.version}."))
        for name, dockerfile in ENVIRONMENTS.items():
            _environment(new / "environments" / name, name, dockerfile, (program, content))
        for name in ("online", "batch"):
            script = files(f"{HERE}.scripts").joinpath(f"{name}.py").read_text(encoding="utf-8")
            _write(new / name / "score.py", script)
        _training(new / "train", run)
        _write(new / "request.json", json.dumps(_example(run.model), ensure_ascii=False, indent=1) + "\n")
        _write(new / "README.md", readme(run.model, names, compute))
    if workspace is not None:
        submit(out.absolute(), names, workspace)


def _is_ours(out: Path) -> bool:
    """Say whether an older export is there: other projects have files of the same name, and not our first line."""
    try:
        return (out / MARK).read_text(encoding="utf-8").startswith(f"# {SAID}")
    except (OSError, UnicodeDecodeError):
        return False


def _program(package: str | None) -> tuple[str, bytes | None]:
    """Give what pip is to install, and the wheel's content where it is one."""
    if package is None:
        return wheel()
    if not package.endswith(".whl"):
        if any(sign in package for sign in "\n\r'\"\\$`;&|"):
            raise UsageError(
                "this is no requirement that pip knows", [repr(package)[:100]], "--package segmentry==0.1.0"
            )
        return package, None
    try:
        return Path(package).name, Path(package).read_bytes()
    except OSError as error:
        raise UsageError(f"can't read {package}", [error.strerror or str(error)], "--package with a wheel") from error


def _environment(folder: Path, name: str, dockerfile: str, program: tuple[str, bytes | None]) -> None:
    package, content = program
    lock = files(HERE).joinpath(f"{name}.lock").read_text(encoding="utf-8")
    _write(folder / "requirements.lock", lock)
    if content is not None:
        (folder / package).write_bytes(content)
    said = f"/tmp/segmentry/{package}" if content is not None else f'"{package}"'  # noqa: S108 - within the container
    _write(folder / "Dockerfile", dockerfile.format(package=said))


def _training(folder: Path, run: Run) -> None:
    """Put beside the job what it starts from: the recipe without the paths of this computer, and the model."""
    recipe = replace(run.model.recipe, sources=(), customers=(), previous="")
    if recipe.describe.playbook:
        _taken_along(recipe.describe.playbook, folder / "playbook.toml")
        recipe = recipe.having(playbook="playbook.toml")
    if recipe.choose.grid not in ("", *GRIDS):
        _taken_along(recipe.choose.grid, folder / "grid.toml")
        recipe = recipe.having(grid="grid.toml")
    _write(folder / "recipe.toml", recipe.to_toml())
    shutil.copyfile(run.folder / FILES["model"], folder / "previous.segmentry")


def _taken_along(own: str, place: Path) -> None:
    """Copy a file of people's own that the recipe names.

    Raises
    ------
    UsageError
        It is gone.
    """
    try:
        _write(place, Path(own).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        way_out = "the command from the folder in which the run was made, or the file back in its place"
        raise UsageError(
            f"can't read {own}, which the training job needs as the run did", [str(error)], way_out
        ) from error


def _example(model: SegmentModel) -> Mapping[str, object]:
    """Give a request that works: of customers, whom every model takes."""
    schema = input_schema(model)
    ways = schema.get("oneOf") or schema.get("anyOf") or [schema]
    found: Mapping[str, object] = next(
        example for way in ways for example in way.get("examples", []) if "customers" in example
    )
    return found


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
