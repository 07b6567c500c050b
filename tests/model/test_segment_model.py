"""The model file: the same answers after saving, and nothing damaged or dangerous gets in."""

import io
import json
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segmentry.errors import ColumnError, DataError, ModelError, NotFoundError, UsageError
from segmentry.model import Segmentation, SegmentModel, as_table
from segmentry.segment import segment


def customers() -> pd.DataFrame:
    """Make three plain kinds of customers, with a category and a yes/no beside two numbers."""
    rng = np.random.default_rng(3)
    kind = np.arange(150) % 3
    return pd.DataFrame(
        {
            "customer_id": [f"{row:04d}" for row in range(150)],
            "visits": np.array([2.0, 20.0, 60.0])[kind] + rng.integers(0, 4, 150),
            "basket": np.array([90.0, 15.0, 45.0])[kind] * rng.lognormal(0, 0.1, 150),
            "plan": np.array(["basic", "plus", "gold"], dtype=object)[kind],
            "newsletter": np.array(["yes", "no"], dtype=object)[rng.integers(0, 2, 150)],
        }
    )


@pytest.fixture(scope="module")
def found() -> Segmentation:
    """Give a small finished run."""
    return segment(customers(), segments=3, rebuilds=10, measures=["visits", "basket", "plan", "newsletter"])


@pytest.fixture
def saved(found: Segmentation, tmp_path: Path) -> Path:
    """Give its model file."""
    path = tmp_path / "model.segmentry"
    found.model.save(path)
    return path


def test_saved_and_loaded_scores_identically(found: Segmentation, saved: Path) -> None:
    """save, load, score gives the same table to the last bit, and the same summary and recipe."""
    loaded = SegmentModel.load(saved)
    pd.testing.assert_frame_equal(loaded.assign(customers()), found.assign(customers()), check_exact=True)
    assert loaded.summary == found.summary
    assert loaded.recipe == found.model.recipe


def test_training_customers_keep_their_segment(found: Segmentation) -> None:
    """The model puts the customers it was built from where the run put them."""
    assert found.assign(customers())["segment"].tolist() == found.customers["segment"].tolist()


def test_chunks_score_as_the_whole(found: Segmentation) -> None:
    """A customer's answer does not depend on the batch."""
    table = customers()
    parts = pd.concat([found.assign(table.iloc[start : start + 7]) for start in range(0, 150, 7)], ignore_index=True)
    pd.testing.assert_frame_equal(parts, found.assign(table), check_exact=True)


def test_saving_twice_gives_the_same_bytes(found: Segmentation, saved: Path, tmp_path: Path) -> None:
    """Nothing in the file depends on when it was written."""
    found.model.save(tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == saved.read_bytes()


@pytest.mark.parametrize("how", ["pandas", "polars", "arrow", "columns", "rows"])
def test_every_kind_of_table_is_scored_alike(found: Segmentation, how: str) -> None:
    """pandas, polars, Arrow, a mapping of columns and a list of rows give the same answers."""
    table = customers()
    match how:
        case "polars":
            given: object = pytest.importorskip("polars").from_pandas(table)
        case "arrow":
            given = pytest.importorskip("pyarrow").Table.from_pandas(table)
        case "columns":
            given = table.to_dict("list")
        case "rows":
            given = table.to_dict("records")
        case _:
            given = table
    assert found.assign(given)["segment"].tolist() == found.customers["segment"].tolist()


def test_one_customer_as_text(found: Segmentation) -> None:
    """One customer typed by hand is scored; a blank is filled, an unknown level has its place."""
    answer = found.assign({"visits": "61", "basket": "44.5", "plan": "gold", "newsletter": "yes"})
    assert answer["fit"].tolist() == ["Typical"]
    assert answer["customer_id"].tolist() == ["1"]
    assert len(found.assign({"visits": "", "basket": "44.5", "plan": "silver", "newsletter": ""})) == 1


def test_far_customer_is_unlike_anyone(found: Segmentation) -> None:
    """A customer far from everybody is marked; at most half a percent of the training customers are."""
    far = found.assign({"visits": 60, "basket": 15.0, "plan": "gold", "newsletter": "no"})
    near = found.assign({"visits": 61, "basket": 45.0, "plan": "gold", "newsletter": "no"})
    assert (far["unlike"].tolist(), near["unlike"].tolist()) == ([True], [False])
    assert found.assign(customers())["unlike"].mean() <= 0.005


@pytest.mark.parametrize(
    ("customer", "error", "words"),
    [
        ({"visits": "many", "basket": 1, "plan": "gold", "newsletter": "no"}, DataError, "many"),
        ({"visits": float("inf"), "basket": 1, "plan": "gold", "newsletter": "no"}, DataError, "infinite"),
        ({"visits": 1}, ColumnError, "basket"),
        (5, UsageError, "int"),
    ],
)
def test_what_cannot_be_scored_is_refused(
    found: Segmentation, customer: object, error: type[Exception], words: str
) -> None:
    """Text for a number, infinity, a missing measure: refused with the word that is wrong."""
    with pytest.raises(error, match=words):
        found.assign(customer)


def test_rename_keeps_the_generated_name(found: Segmentation) -> None:
    """A new name stands everywhere; the generated one is kept beside it, also after a second rename."""
    generated = found.summary.segments[0].name
    renamed = found.model.renamed("a", "Stars").renamed("Stars", "Best friends")
    assert renamed.summary.find("A").also_known_as == generated
    assert set(renamed.assign(customers())["name"]) >= {"Best friends"}
    assert renamed.renamed("A", generated).summary.find("A").also_known_as == ""


def test_damage_anywhere_is_noticed(saved: Path) -> None:
    """A flipped byte anywhere in the file is refused or changes nothing; a cut file is refused."""
    whole = saved.read_bytes()
    before = SegmentModel.load(saved).assign(customers())
    rng = np.random.default_rng(0)
    for place in rng.choice(len(whole), 150, replace=False):
        saved.write_bytes(whole[:place] + bytes([whole[place] ^ 0x41]) + whole[place + 1 :])
        try:
            after = SegmentModel.load(saved).assign(customers())
        except ModelError:
            continue
        pd.testing.assert_frame_equal(after, before, check_exact=True)
    for length in (0, 10, len(whole) // 2, len(whole) - 1):
        saved.write_bytes(whole[:length])
        with pytest.raises(ModelError):
            SegmentModel.load(saved)


def rewritten(path: Path, name: str, content: bytes, manifest: dict[str, object] | None = None) -> None:
    """Replace one file inside a model."""
    with zipfile.ZipFile(path) as archive:
        files = {entry: archive.read(entry) for entry in archive.namelist()}
    files[name] = content
    if manifest is not None:
        files["manifest.json"] = json.dumps(json.loads(files["manifest.json"]) | manifest).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for entry, data in files.items():
            archive.writestr(entry, data)


def test_swapped_part_is_noticed(saved: Path) -> None:
    """A part that is not what was written is refused by its hash."""
    rewritten(saved, "recipe.toml", b"sources = []\n")
    with pytest.raises(ModelError, match="damaged"):
        SegmentModel.load(saved)


def test_newer_format_says_what_is_needed(saved: Path) -> None:
    """A model of a newer release is refused, naming the way out."""
    rewritten(saved, "extra", b"", {"format": 99})
    with pytest.raises(ModelError, match="newer") as refused:
        SegmentModel.load(saved)
    assert "upgrade" in refused.value.way_out


class Bomb:
    """Unpickling this would create a file."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return Path.touch, (self.target,)


def test_pickles_are_never_opened(saved: Path, tmp_path: Path) -> None:
    """A pickle, in whatever place and with the right hash, is refused without being run."""
    import hashlib

    target = tmp_path / "owned"
    packed = io.BytesIO()
    np.savez(packed, cutoffs=np.array([Bomb(target)], dtype=object))
    attack = packed.getvalue()
    with zipfile.ZipFile(saved) as archive:
        hashes = json.loads(archive.read("manifest.json"))["sha256"]
    rewritten(saved, "arrays.npz", attack, {"sha256": hashes | {"arrays.npz": hashlib.sha256(attack).hexdigest()}})
    with pytest.raises(ModelError):
        SegmentModel.load(saved)
    saved.write_bytes(pickle.dumps(Bomb(target)))
    with pytest.raises(ModelError):
        SegmentModel.load(saved)
    assert not target.exists()


def test_missing_file_is_not_found(tmp_path: Path) -> None:
    """A model that isn't there is said to be missing, with exit code 6."""
    with pytest.raises(NotFoundError) as missing:
        SegmentModel.load(tmp_path / "none")
    assert missing.value.exit_code == 6


def test_one_row_mapping_is_one_customer() -> None:
    """A mapping of plain values is one row, a mapping of lists many."""
    assert len(as_table({"a": 1, "b": "text"})) == 1
    assert len(as_table({"a": [1, 2], "b": ["x", "y"]})) == 2


def test_unlike_is_judged_by_those_who_had_a_say() -> None:
    """An outlier that was left out of the fit doesn't stretch what the model knows: it is unlike anyone itself."""
    table = customers()[["customer_id", "visits", "basket"]]
    table.loc[0, "basket"] = 9e6
    found = segment(table, segments=3, rebuilds=5, outliers="remove-mad", skew="none")
    assigned = found.assign(table)
    assert assigned["unlike"].tolist()[0]
    assert assigned["unlike"].sum() <= 2
    assert assigned["segment"].tolist() == found.customers["segment"].tolist()
    assert "1 of 150 customers" in found.summary.preparation[-1]
