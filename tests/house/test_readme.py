import doctest
import re
from pathlib import Path

import pytest

from segmentry import sample_shop

BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_python_blocks_of_the_readme_run(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The blocks run one after the other, in a folder that has orders.csv and customers.csv of a sample shop."""
    blocks = BLOCK.findall((root / "README.md").read_text(encoding="utf-8"))
    assert blocks, "README.md shows no Python"
    shop = sample_shop(400, seed=0)
    shop.orders.to_csv(tmp_path / "orders.csv", index=False)
    shop.customers.to_csv(tmp_path / "customers.csv", index=False)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "readme"}
    for number, block in enumerate(blocks, 1):
        if ">>>" in block:
            test = doctest.DocTestParser().get_doctest(block, names, f"README block {number}", "README.md", 0)
            runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
            assert runner.run(test, clear_globs=False).failed == 0, f"block {number} of README.md prints something else"
            names.update(test.globs)
        else:
            exec(compile(block, f"README.md block {number}", "exec"), names)  # noqa: S102 - our own document


def test_the_readme_shows_both_commands_and_a_transcript(root: Path) -> None:
    """Who arrives sees how to try it, how to test it, and what a run looks like."""
    text = (root / "README.md").read_text(encoding="utf-8")
    assert "make demo" in text
    assert "make test" in text
    assert re.search(r"^\$ segmentry run \S+", text, re.MULTILINE)
    assert re.search(r"\d+ of 100 customers keep their segment", text)
