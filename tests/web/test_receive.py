"""Files that come by a form: bounded, and never under a name that was sent."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from segmentry.web.background import limits, receive
from segmentry.web.background.receive import safe_name

BOUNDARY = "x" * 20


def part(name: str, content: bytes, filename: str | None = None) -> bytes:
    """Write one part of a form."""
    named = f'; filename="{filename}"' if filename is not None else ""
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode() + content + b"\r\n"


def send(client: TestClient, *parts: bytes, end: bytes = f"--{BOUNDARY}--\r\n".encode()) -> tuple[int, str]:
    """Send a form in pieces, so that no length is said before."""

    def pieces() -> Iterator[bytes]:
        for one in (*parts, end):
            for at in range(0, len(one), 50_000):
                yield one[at : at + 50_000]

    found = client.post("/new", content=pieces(), headers={"content-type": f"multipart/form-data; boundary={BOUNDARY}"})
    return found.status_code, found.text


def left(workspace: Path) -> list[Path]:
    """Give what lies among the uploads."""
    return sorted((workspace / "uploads").glob("*"))


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "..\\..\\x.csv",
        "/abs/o.csv",
        "a\0b.csv",
        "CON.csv",
        ".csv",
        "..",
        "😀.csv",
        "a" * 300 + ".csv",
        "-rf",
        "*.csv",
    ],
)
def test_a_file_is_kept_under_a_name_of_ours(name: str) -> None:
    """Whatever name is sent, what is kept has letters, digits, "-" and "_" only, with an ending that we know."""
    kept = safe_name(name, "data")
    assert kept.replace(".csv", "").replace("-", "").replace("_", "").isalnum()
    assert kept.isascii()
    assert len(kept) < 80
    assert kept.lower().partition(".")[0] not in receive.RESERVED


@pytest.mark.parametrize("name", ["upload.json", "Checked.json", "said.txt", "tmp", "TMP.csv"])
def test_what_lies_beside_a_file_has_names_that_no_file_gets(client: TestClient, workspace: Path, name: str) -> None:
    """A file that is called like one of ours takes no such place: what was sent is there, byte for byte."""
    address = client.post("/new", files={"data": (name, b"a,b\n1,2\n")}).headers["location"]
    folder = workspace / "uploads" / address.rpartition("/")[2]
    (sent,) = (path for path in folder.iterdir() if path.name != "upload.json")
    assert sent.read_bytes() == b"a,b\n1,2\n"
    assert sent.stem.lower() not in receive.OURS
    shutil.rmtree(folder)


def test_a_file_over_the_cap_is_refused_however_it_comes(
    client: TestClient, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bytes are counted as they come: with no length said before, it is 413 with a way out, and nothing is left."""
    monkeypatch.setattr(receive, "UPLOAD_BYTES", 100_000)
    before = left(workspace)
    status, text = send(client, part("data", b"a,b\n" * 60_000, "orders.csv"))
    assert status == 413
    assert "segmentry run FILE" in text
    assert left(workspace) == before


def test_a_length_said_before_is_believed_where_it_is_too_much(
    client: TestClient, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A form that says it is over the cap is refused before anything is written."""
    monkeypatch.setattr(receive, "UPLOAD_BYTES", -receive.PIECE)
    before = left(workspace)
    assert client.post("/new", files={"data": ("o.csv", b"a,b\n1,2\n")}).status_code == 413
    assert left(workspace) == before


def test_a_form_of_a_thousand_parts_is_refused(client: TestClient, workspace: Path) -> None:
    """No more parts than a form of ours could have are looked at."""
    before = left(workspace)
    assert send(client, *(part(f"p{place}", b"1", "a.csv") for place in range(1000)))[0] == 413
    assert left(workspace) == before


@pytest.mark.parametrize(
    ("parts", "end"),
    [
        ([part("data", b"a,b\n1,2", "o.csv")], b""),
        ([b"no form at all"], b""),
        ([part("other", b"a,b", "o.csv")], f"--{BOUNDARY}--\r\n".encode()),
        ([part("data", b"", "")], f"--{BOUNDARY}--\r\n".encode()),
        ([part("data", b"a", "a.csv"), part("data", b"b", "b.csv")], f"--{BOUNDARY}--\r\n".encode()),
    ],
    ids=["broken off", "no form", "another field", "no file chosen", "two for one"],
)
def test_what_is_no_whole_form_leaves_nothing(
    client: TestClient, workspace: Path, parts: list[bytes], end: bytes
) -> None:
    """A form that breaks off, or has no file for us, is refused with a page, and no folder stays."""
    before = left(workspace)
    status, text = send(client, *parts, end=end)
    assert status == 422
    assert "New run" in text
    assert left(workspace) == before


def test_a_long_field_is_refused(client: TestClient) -> None:
    """What is no file is short."""
    assert send(client, part("note", b"a" * (limits.FIELD_BYTES + 1)))[0] == 413


def test_a_full_disk_is_said(client: TestClient, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a file can't be written, the page says why, and what was written is removed."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    before = left(workspace)
    monkeypatch.setattr(receive._Reading, "on_part_data", full)
    found = client.post("/new", files={"data": ("o.csv", b"a,b\n1,2\n")})
    assert found.status_code == 507
    assert "No space left" in found.text
    assert left(workspace) == before


def test_a_form_without_files_has_a_bound(client: TestClient) -> None:
    """A form to tick and fill in is cut off past any that ours could be."""
    found = client.post("/theme", content=b"a" * (limits.FORM_BYTES + 1))
    assert found.status_code == 413
    many = b"&".join(b"a=1" for _ in range(limits.FORM_FIELDS + 1))
    found = client.post("/runs/demo/segments/A/name", content=many)
    assert found.status_code == 422
    assert "can&#39;t be read" in found.text
