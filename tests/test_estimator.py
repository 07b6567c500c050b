"""The scikit-learn face keeps scikit-learn's contract."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.estimator_checks import estimator_checks_generator

from segmentry import Segmenter

ESTIMATORS = [Segmenter(rebuilds=2, highest=4), Segmenter(n_segments=3, rebuilds=2, skew="none")]
# Array-API checks need a switch that is read when scipy is first imported: they get a process of their own.
APART = "check_array_api_input"


def checks(*, apart: bool) -> Iterator[object]:
    """Give scikit-learn's checks of each estimator."""
    for estimator in ESTIMATORS:
        for checked, check in estimator_checks_generator(estimator):
            name = getattr(check, "func", check).__name__
            if (name == APART) == apart:
                yield pytest.param(checked, check, id=f"{estimator.n_segments}-{name}")


@pytest.mark.parametrize(("estimator", "check"), list(checks(apart=False)))
def test_scikit_learn_contract(estimator: Segmenter, check: Callable[[Segmenter], None]) -> None:
    """Every check that scikit-learn has for a clusterer passes."""
    check(clone(estimator))


def test_scikit_learn_contract_with_array_api() -> None:
    """So do the checks that need scipy's array-API switch."""
    run = "import test_estimator as t; [p.values[1](p.values[0]) for p in t.checks(apart=True)]; print('passed')"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", run],
        cwd=Path(__file__).parent,
        env=os.environ | {"SCIPY_ARRAY_API": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "passed\n", done.stderr
    assert len(list(checks(apart=True))) == len(ESTIMATORS)


def blobs() -> np.ndarray:
    """Make five far-apart groups."""
    rng = np.random.default_rng(0)
    return np.vstack([rng.normal(centre, 0.3, (60, 2)) for centre in ([0, 0], [9, 0], [0, 9], [9, 9], [4.5, 4.5])])


def test_five_groups_are_five() -> None:
    """Five far-apart groups are found as five, and all customers keep their segment."""
    found = Segmenter(rebuilds=20).fit(blobs())
    assert found.n_segments_ == 5
    assert found.keep_rate_ == 1.0
    assert sorted(np.bincount(found.labels_).tolist()) == [60] * 5


def test_row_order_does_not_matter() -> None:
    """Shuffled rows get the same segments."""
    points = blobs()
    order = np.random.default_rng(1).permutation(len(points))
    found, shuffled = Segmenter(5, rebuilds=2).fit(points), Segmenter(5, rebuilds=2).fit(points[order])
    assert (shuffled.labels_ == found.predict(points[order])).all() or (
        shuffled.predict(points) == shuffled.labels_[np.argsort(order)]
    ).all()
    assert len({(a, b) for a, b in zip(found.labels_[order], shuffled.labels_, strict=True)}) == 5


def test_works_in_a_pipeline_with_blanks() -> None:
    """It stands in a pipeline, is cloned, and takes frames with blanks."""
    table = pd.DataFrame(blobs(), columns=["a", "b"]).mask(lambda t: t.index.to_series() % 50 == 7)
    pipeline = make_pipeline(FunctionTransformer(), clone(Segmenter(5, rebuilds=2)))
    assert pipeline.fit(table).predict(table.iloc[:3]).shape == (3,)


@pytest.mark.parametrize(
    "options",
    [
        {"missing": "neighbours", "scale": "min-max"},
        {"missing": "drop", "bins": "4:uniform"},
        {"outliers": "remove-forest", "skew": "yeo-johnson"},
        {"pca": 1, "bins": 5, "missing": "constant", "missing_value": -1.0},
    ],
    ids=str,
)
def test_every_row_has_a_label_that_predict_repeats(options: dict[str, object]) -> None:
    """Whatever the preparation, rows with blanks and rows far outside too."""
    X = blobs()
    X[3, 0], X[200, 1], X[7] = np.nan, np.nan, 1e4
    segmenter = Segmenter(n_segments=4, rebuilds=3, **options).fit(X)
    assert set(segmenter.labels_) == set(range(4))
    assert (segmenter.predict(X) == segmenter.labels_).all()


def test_another_method_may_find_the_segments() -> None:
    """The method is a parameter like others; a new row goes where it belongs."""
    X = np.random.default_rng(0).normal(size=(90, 2)) + 8 * (np.arange(90) % 3)[:, None]
    found = Segmenter(n_segments=3, method="ward", rebuilds=5).fit(X)
    assert found.clusters_.method == "ward"
    assert (found.predict(X) == found.labels_).all()
