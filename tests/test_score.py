"""Scoring into a file: piece by piece what a table scored as a whole says."""

from functools import cache
from pathlib import Path

# The doorway gives the function of this name, so the room itself is asked for by its full name.
from sys import modules
from typing import Any

import numpy as np
import pandas as pd
import pytest

from segmentry import sample_shop
from segmentry import score as score_table
from segmentry.errors import ColumnError, DataError, UsageError
from segmentry.files import read_parquet, write_table
from segmentry.model import SegmentModel
from segmentry.segment import segment

PIECE = 2048
"""The smallest piece that the engine gives."""
MEASURES = ["visits", "basket", "plan", "news", "since", "flag"]


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut even small files into pieces."""
    monkeypatch.setattr(modules["segmentry.score"], "PIECE", PIECE)


def customers(n: int, seed: int = 0) -> pd.DataFrame:
    """Make customers of three kinds with columns of every type, and blanks."""
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, 3, n)
    table = pd.DataFrame(
        {
            "customer_id": rng.permutation(n) + 500,
            "visits": np.array([2.0, 20.0, 60.0])[kind] + rng.integers(0, 4, n),
            "basket": np.array([90.0, 15.0, 45.0])[kind] * rng.lognormal(0, 0.1, n),
            "plan": np.array(["basic", 'it\'s "plus"', "gold, old"], dtype=object)[kind],
            "news": rng.integers(0, 2, n),
            "since": np.datetime64("2020-01-01") + rng.integers(0, 10**9, n).astype("timedelta64[ms]"),
            "flag": rng.integers(0, 2, n).astype(bool),
        }
    )
    table.loc[rng.random(n) < 0.05, ["visits", "since"]] = np.nan
    table.loc[rng.random(n) < 0.05, "plan"] = None
    return table


@cache
def model(method: str = "kmeans", *, ids: bool = True) -> SegmentModel:
    """Give a small model."""
    table = customers(150) if ids else customers(150).drop(columns="customer_id")
    measures = ["visits", "basket"] if method == "hdbscan" else MEASURES
    number = {} if method == "hdbscan" else {"segments": 3}
    return segment(table, rebuilds=2, method=method, measures=measures, **number).model


def check(model: SegmentModel, source: Any, folder: Path, *more: Any, **options: Any) -> pd.DataFrame:
    """Score into files of both kinds, and hold them to the table scored as a whole; give it."""
    from segmentry.score import score_file

    whole = score_table(model, source, *more, **options)
    for ending in ("csv", "parquet"):
        write_table(whole.table, folder / f"whole.{ending}")
        found = score_file(model, source, folder / f"pieces.{ending}", *more, **options)
        if ending == "csv":
            assert (folder / "pieces.csv").read_bytes() == (folder / "whole.csv").read_bytes()
        else:
            both = (read_parquet(folder / f"{name}.parquet") for name in ("pieces", "whole"))
            pd.testing.assert_frame_equal(*both, check_exact=True)
        segments = whole.table["segment"]
        assert found.customers == tuple(int((segments == s.letter).sum()) for s in model.summary.segments)
        assert (found.count, found.in_no_segment) == (len(segments), int((segments == "").sum()))
        assert found.borderline == int((whole.table["fit"] == "Borderline").sum())
        assert found.unlike == (int(whole.table["unlike"].sum()) if "unlike" in whole.table else None)
        assert (found.loaded.rows, found.loaded.caveats) == (whole.loaded.rows, whole.loaded.caveats)
        assert found.without_purchase == whole.without_purchase
        pd.testing.assert_frame_equal(found.loaded.rejects, whole.loaded.rejects)
    assert sorted(path.name for path in folder.glob("*pieces*")) == ["pieces.csv", "pieces.parquet"]
    return whole.table


@pytest.mark.parametrize("method", ["kmeans", "hdbscan"])
@pytest.mark.parametrize("ending", ["csv", "parquet", "frame"])
def test_pieces_of_a_customer_table_are_scored_as_the_whole(method: str, ending: str, tmp_path: Path) -> None:
    """Numbers, categories, yes-no answers, dates and blanks, from any source: the same file to the last digit."""
    table = customers(2 * PIECE + 77, seed=1)
    source = tmp_path / f"source.{ending}"
    if ending == "csv":
        table.to_csv(source, index=False)
    elif ending == "parquet":
        table.to_parquet(source)
    scored = check(model(method), table if ending == "frame" else source, tmp_path)
    assert len(scored) == len(table)
    assert scored["customer_id"].tolist() == table["customer_id"].astype(str).tolist()


def test_refused_rows_leave_no_gap(tmp_path: Path) -> None:
    """Rows without an id are refused, and everybody after them still gets her own answer."""
    table = customers(PIECE + 500, seed=2)
    texts = table["customer_id"].astype(str).to_numpy(dtype=object)
    texts[[0, 7, PIECE, PIECE + 499]] = " "
    source = tmp_path / "some.csv"
    table.assign(customer_id=texts).to_csv(source, index=False)
    scored = check(model(), source, tmp_path)
    assert len(scored) == len(table) - 4


def test_rows_are_numbered_where_there_is_no_id(tmp_path: Path) -> None:
    """Without a column of ids the rows are numbered from 1, through all pieces."""
    scored = check(model(ids=False), customers(PIECE + 9, seed=3).drop(columns="customer_id"), tmp_path)
    assert scored["customer_id"].tolist() == [str(row) for row in range(1, PIECE + 10)]


def test_two_numbers_are_an_answer_only_where_they_are_0_and_1(tmp_path: Path) -> None:
    """A batch in which a measure happens to be -1 or 0 keeps its numbers; 0 and 1 are written as answers are."""
    table = customers(40, seed=4)
    scored = check(model(), table.assign(visits=np.tile([-1.0, 0.0], 20), basket=np.tile([0.0, 1.0], 20)), tmp_path)
    assert scored["visits"].tolist() == [-1.0, 0.0] * 20
    assert scored["basket"].tolist() == ["0", "1"] * 20


@pytest.mark.slow
def test_orders_are_scored_as_a_table(shared_data: Path, tmp_path: Path) -> None:
    """Online Retail: the customers of an order log, placed and written in pieces, as all at once."""
    source = shared_data / "online_retail.parquet"
    found = segment(source, segments=5, rebuilds=2)
    scored = check(found.model, source, tmp_path, as_of=found.summary.as_of)
    assert scored["segment"].tolist() == found.customers["segment"].tolist()


def test_a_real_customer_table_is_scored_as_a_whole(shared_data: Path, tmp_path: Path) -> None:
    """Mall customers: every customer keeps the segment that the run gave her."""
    found = segment(shared_data / "mall_customers.csv", segments=5, rebuilds=2)
    scored = check(found.model, shared_data / "mall_customers.csv", tmp_path)
    assert scored["segment"].tolist() == found.customers["segment"].tolist()


def test_nothing_is_left_half_written(tmp_path: Path) -> None:
    """A word for a number in the second piece: its row is named, the older file stays, nothing lies beside it."""
    from segmentry.score import score_file

    table = customers(2 * PIECE, seed=5).astype({"basket": object})
    table.loc[PIECE + 10, "basket"] = "many"
    older = tmp_path / "out.csv"
    older.write_text("older")
    with pytest.raises(DataError, match="basket") as refused:
        score_file(model(), table, older)
    assert refused.value.evidence == (f"row {PIECE + 11} has 'many'",)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("out.csv", "older")]


def test_what_is_missing_is_said_as_for_a_table(tmp_path: Path) -> None:
    """A missing measure and a file of another format are refused in the same words, before any work."""
    from segmentry.score import score_file

    table = customers(30).drop(columns="basket")
    with pytest.raises(ColumnError) as whole:
        score_table(model(), table)
    with pytest.raises(ColumnError) as pieces:
        score_file(model(), table, tmp_path / "out.csv")
    assert (pieces.value.what, pieces.value.way_out) == (whole.value.what, whole.value.way_out)
    assert "'basket'" in pieces.value.evidence[0]
    with pytest.raises(UsageError, match="format"):
        score_file(model(), table, tmp_path / "out.txt")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["customers", "orders"])
def test_progress_is_told(kind: str, tmp_path: Path) -> None:
    """Shares never fall, and each stage is named."""
    from segmentry.score import score_file

    told: list[tuple[str, float]] = []
    one, source, day = model(), customers(2 * PIECE, seed=6), None
    if kind == "orders":
        source = sample_shop(60, seed=0).orders[["customer_id", "order_date", "amount"]]
        one = segment(source, segments=2, rebuilds=2).model
        day = one.summary.as_of
    score_file(one, source, tmp_path / "out.csv", as_of=day, progress=lambda *news: told.append(news))
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert {"placing", "writing"} <= {what for what, _ in told}
