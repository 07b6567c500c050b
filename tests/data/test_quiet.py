"""Reading says nothing of its own on the terminal."""

import subprocess
import sys
from typing import Any

import pytest

READ = "import sys; from segmentry.data import load; loaded = load({source})"


@pytest.mark.parametrize(
    "source",
    [
        "sys.argv[1]",
        "__import__('pandas').read_csv(sys.argv[1])",
        "__import__('polars').read_csv(sys.argv[1])",
        "__import__('pyarrow').csv.read_csv(sys.argv[1])",
    ],
    ids=["file", "pandas", "polars", "arrow"],
)
@pytest.mark.parametrize("end", ["", "; loaded.orders.connection.close()"], ids=["left open", "closed"])
def test_reading_and_leaving_prints_nothing(write: Any, source: str, end: str) -> None:
    """Neither stdout nor stderr carries a word, whether or not the caller closed the connection."""
    path = write("customer_id,order_date,amount\nC1,2024-01-01,1\nC1,2024-01-02,2\n")
    code = ("import pyarrow.csv; " if "pyarrow" in source else "") + READ.format(source=source) + end
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")
