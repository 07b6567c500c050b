"""Files are written as a whole or not at all."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segmentry.errors import UsageError
from segmentry.files import read_parquet, replace_folder, write_table, write_text, write_with


def entries(folder: Path) -> list[str]:
    """Name everything in a folder, hidden files too."""
    return sorted(path.name for path in folder.iterdir())


def test_failed_write_keeps_the_old_file(tmp_path: Path) -> None:
    """A write that breaks off leaves the old content, and nothing beside it."""
    target = tmp_path / "a.txt"
    write_text(target, "old")

    def breaks(beside: Path) -> None:
        beside.write_text("half")
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        write_with(target, breaks)
    assert target.read_text() == "old"
    assert entries(tmp_path) == ["a.txt"]


def test_failed_run_keeps_the_old_folder(tmp_path: Path) -> None:
    """A folder that breaks off while it is filled leaves the old one, and nothing beside it."""
    folder = tmp_path / "run"
    with replace_folder(folder) as new:
        (new / "old.txt").write_text("old")

    def half() -> None:
        with replace_folder(folder) as new:
            (new / "new.txt").write_text("half")
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        half()
    assert entries(tmp_path) == ["run"]
    assert entries(folder) == ["old.txt"]


def test_folder_is_replaced_as_a_whole(tmp_path: Path) -> None:
    """Nothing of the old folder stays in the new one."""
    folder = tmp_path / "run"
    for name in ("old.txt", "new.txt"):
        with replace_folder(folder) as new:
            (new / name).write_text(name)
    assert entries(folder) == ["new.txt"]
    assert entries(tmp_path) == ["run"]


def test_a_file_is_no_folder_to_replace(tmp_path: Path) -> None:
    """It stays, and nothing is left beside it."""
    (tmp_path / "letter").write_text("dear")
    with pytest.raises(UsageError, match="is a file"), replace_folder(tmp_path / "letter"):
        pass
    assert entries(tmp_path) == ["letter"]
    assert (tmp_path / "letter").read_text() == "dear"


def test_what_a_link_leads_to_is_replaced(tmp_path: Path) -> None:
    """The link stays a link, and nothing is left beside it."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with replace_folder(tmp_path / "link") as new:
        (new / "new.txt").write_text("new")
    assert entries(tmp_path) == ["link", "real"]
    assert (tmp_path / "link").is_symlink()
    assert entries(tmp_path / "real") == ["new.txt"]


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_a_table_that_does_not_fit_is_a_usage_error(tmp_path: Path, ending: str) -> None:
    """The engine's own words for a full disk aren't a fault of ours; an older table stays."""
    resource = pytest.importorskip("resource")
    path = tmp_path / f"table{ending}"
    path.write_text("old")
    table = pd.DataFrame({"spend": np.random.default_rng(0).random(200_000)})
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(UsageError, match=f"can't write .*table{ending}") as caught:
            write_table(table, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list(caught.value.evidence) == ["File too large"]
    assert path.read_text() == "old"
    assert entries(tmp_path) == [path.name]


def test_place_that_cannot_be_written_is_a_usage_error(tmp_path: Path) -> None:
    """A file in the way of a folder is named, not shown as a traceback."""
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="can't write"):
        write_text(tmp_path / "file" / "inside.txt", "x")


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_ids_stay_byte_for_byte(tmp_path: Path, ending: str) -> None:
    """Ids that look like numbers, formulas or blanks, or hold quotes and line breaks, come back as they were."""
    ids = ["00123", "123", "NA", "null", "=1+1", 'say "hi"', "a,b", "line\nbreak", "Ω", " padded ", "TRUE", "1e5"]
    path = tmp_path / f"table{ending}"
    write_table(pd.DataFrame({"customer_id": ids, "spend": [1.5] * len(ids)}), path)
    if ending == ".parquet":
        back = read_parquet(path)
    else:
        back = pd.read_csv(path, dtype={"customer_id": str}, keep_default_na=False)
    assert back["customer_id"].tolist() == ids


def test_csv_shows_whole_numbers_without_a_point(tmp_path: Path) -> None:
    """Counts with blanks among them are whole numbers and blanks; shares keep their decimals; no mark at the start."""
    path = tmp_path / "t.csv"
    write_table(pd.DataFrame({"orders": [3.0, float("nan")], "share": [0.5, 1.0], "empty": [None, None]}), path)
    assert path.read_bytes() == b"orders,share,empty\n3,0.5,\n,1.0,\n"


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_names_that_differ_by_case_keep_their_own_values(tmp_path: Path, ending: str) -> None:
    """A column is never written with the values of another one, and CSV keeps both names."""
    target = tmp_path / f"a{ending}"
    write_table(
        pd.DataFrame({"id": ["a,b", "c"], "Total": [1.0, 2.0], "total": [3.5, None], 'to"tal': ["x", "y"]}), target
    )
    if ending == ".csv":
        assert target.read_text("utf-8") == 'id,Total,total,"to""tal"\n"a,b",1,3.5,x\nc,2,,y\n'
    else:
        table = read_parquet(target)
        assert table.columns.tolist() == ["id", "Total", "total_1", 'to"tal']
        assert table["total_1"].tolist()[0] == 3.5


def test_unknown_ending_is_refused(tmp_path: Path) -> None:
    """Only .csv and .parquet are formats of a table."""
    with pytest.raises(UsageError, match=r"t\.docx"):
        write_table(pd.DataFrame({"a": [1]}), tmp_path / "t.docx")
    assert entries(tmp_path) == []


@pytest.mark.skipif(os.name != "posix", reason="modes are a POSIX matter")
def test_files_are_readable_as_others_are(tmp_path: Path) -> None:
    """A file written beside and renamed has the mode that a plain file would have."""
    write_text(tmp_path / "ours", "x")
    (tmp_path / "plain").write_text("x")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "plain").stat().st_mode
