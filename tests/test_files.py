"""Files are written as a whole or not at all."""

import os
from pathlib import Path

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
