"""The playbook: what it may say, when its names are true, and how a wrong file is refused."""

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from segmentry.describe import Trait, load_playbook
from segmentry.describe.playbook import Bound, Entry
from segmentry.describe.words import PLACEHOLDER, Voice
from segmentry.errors import UsageError

GOOD = """
[[entries]]
name = "Regulars"
sentence = "{orders} typically."
when.orders = { rank_at_least = 65 }
[entries.try]
text = "Thank them."
because = "They have {orders}."
"""


def _own(tmp_path: Path, text: str) -> str:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_person_s_own_playbook_is_read(tmp_path: Path) -> None:
    """Names, bounds and actions come from the file; what it leaves out stays empty."""
    playbook = load_playbook(_own(tmp_path, GOOD))
    (entry,) = playbook.entries
    assert (entry.name, entry.when) == ("Regulars", (Bound("orders", "rank_at_least", 65.0),))
    assert [(advice.do, advice.because) for advice in entry.advice] == [("try", "They have {orders}.")]
    assert (playbook.otherwise, playbook.middle, playbook.alike) == ((), (), ())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("entries = 3", "at least one [[entries]]"),
        ("", "entries is missing"),
        ("[[entries]\n", "not valid TOML"),
        (GOOD.replace("rank_at_least", "rank_over"), 'entry 1 "Regulars": when.orders.rank_over is not known'),
        (GOOD.replace("= 65", "= 650"), "must lie between 0 and 100, got 650"),
        (GOOD.replace("= 65", "= true"), "must be a number, got True"),
        (GOOD.replace("= 65", "= nan"), "must be a number, got nan"),
        (GOOD.replace("{ rank_at_least = 65 }", "65"), "when.orders must be a table of bounds"),
        (GOOD.replace('"{orders} typically."', "4"), "sentence must be one line of text, got 4"),
        (GOOD.replace("name =", "nam ="), "entry 1: name is missing"),
        (GOOD.replace("[entries.try]", "[entries.do]"), "do is not known; known are name, sentence, when, try"),
        (GOOD.replace("have {orders}", "buy often"), "try.because must quote a figure"),
        (GOOD.replace('"Regulars"', '"Over {orders}"'), "a name can't hold {figures}"),
        (GOOD.replace('"Regulars"', '"' + "R" * 61 + '"'), "name has 61 characters"),
        (GOOD.replace("when.orders = { rank_at_least = 65 }", "when = {}"), "when needs at least one measure"),
        (GOOD + GOOD.replace("Regulars", "regulars"), 'entry 2: the name "regulars" is taken'),
        (GOOD + "[otherwise.try]\ntext = 'x'\n", "otherwise: because is missing"),
        (GOOD + "[more]\n", "the file: more is not known"),
    ],
)
def test_a_wrong_playbook_is_refused_with_file_entry_and_fault(tmp_path: Path, text: str, says: str) -> None:
    """The message names the file, the entry and what is wrong with it, and says what to do."""
    path = _own(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        load_playbook(path)
    assert path in str(caught.value)
    assert says in str(caught.value)
    assert caught.value.way_out


def test_a_playbook_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """A missing file, a folder, and bytes that are no text are named as such."""
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "missing.toml", tmp_path, tmp_path / "bytes.toml"):
        with pytest.raises(UsageError, match="playbook"):
            load_playbook(str(path))


@pytest.mark.parametrize(
    ("kind", "value", "trait", "true"),
    [
        ("rank_at_least", 65, {"rank": 65.0, "counts": True, "delta": 0.5}, True),
        ("rank_at_least", 65, {"rank": 64.9, "counts": True, "delta": 0.5}, False),
        ("rank_at_least", 65, {"rank": 80.0, "counts": False, "delta": 0.5}, False),
        ("rank_at_least", 50, {"rank": 50.0, "counts": False, "delta": 0.0}, True),
        ("rank_at_most", 35, {"rank": 20.0, "counts": True, "delta": -0.5}, True),
        ("rank_at_most", 35, {"rank": 20.0, "counts": True, "delta": 0.5}, False),
        ("rank_at_most", 60, {"rank": 55.0, "counts": False, "delta": 0.1}, True),
        ("typical_at_least", 2, {"typical": 2.0}, True),
        ("typical_at_most", 2, {"typical": 2.1}, False),
        ("high_at_most", 1, {"high": 1.0}, True),
        ("high_at_least", 2, {"high": 1.0}, False),
        ("low_at_least", 2, {"low": 2.0}, True),
        ("low_at_most", 2, {"low": 2.5}, False),
        ("typical_at_least", 0, {"typical": None}, False),
        ("typical_at_least", 0, {"kind": "category"}, False),
    ],
)
def test_a_bound_is_true_on_the_printed_figure(
    make_trait: Callable[..., Trait], kind: str, value: float, trait: dict[str, object], true: bool
) -> None:
    """A bound compares the printed figure; one that says high or low also needs a difference that counts."""
    assert Bound("orders", kind, value).holds(make_trait("orders", **trait)) is true


def test_an_unknown_measure_never_fits() -> None:
    """An entry about a column that isn't there doesn't apply."""
    assert not Entry("x", "y", (Bound("orders", "typical_at_least", 0),), ()).holds({})


def test_an_entry_needs_a_difference_that_counts(make_trait: Callable[..., Trait]) -> None:
    """What is true of everyone alike names nobody."""
    entry = Entry("One-time buyers", "…", (Bound("orders", "high_at_most", 1),), ())
    assert not entry.holds({"orders": make_trait("orders")})
    assert entry.holds({"orders": make_trait("orders", counts=True, delta=-0.5)})


def test_the_shipped_playbook_has_try_avoid_and_measure_by_throughout() -> None:
    """Every entry names all three actions, and speaks of measures that exist."""
    playbook = load_playbook()
    assert 12 <= len(playbook.entries) <= 24
    voice = Voice()
    extra = {"customers", "share", "revenue", "revenue_share", "at_stake", "differences", "middle"}
    for entry in playbook.entries:
        assert [advice.do for advice in entry.advice] == ["try", "avoid", "measure by"]
        texts = [entry.sentence, *(text for advice in entry.advice for text in (advice.text, advice.because))]
        names = {name.split(".")[0] for text in texts for name in PLACEHOLDER.findall(text)}
        assert {name for name in names - extra if not voice.known(name)} == set(), entry.name
        assert all(voice.known(bound.measure) for bound in entry.when), entry.name


def test_the_shipped_playbook_never_speaks_of_personality_or_insight() -> None:
    """Names and sentences say behaviour."""
    playbook = load_playbook()
    text = " ".join(f"{entry.name} {entry.sentence} {entry.advice}" for entry in playbook.entries).casefold()
    for word in ("insight", "cluster", "loyal", "lazy", "greedy", "champion", "whale", "significant"):
        assert word not in text


def test_no_sentence_counts_customers_in_the_plural() -> None:
    """A segment may be one customer, so that their number stands behind the word."""
    text = files("segmentry.describe").joinpath("playbook.toml").read_text(encoding="utf-8")
    assert "{customers}" in text
    assert "{customers} customers" not in text
