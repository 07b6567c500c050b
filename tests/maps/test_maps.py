"""What every map must keep; a new one joins by its row in MAPPERS."""

import json
import sys
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sklearn.manifold import trustworthiness

from segmentry.errors import TooFewError, UsageError
from segmentry.maps import MAPPERS, NOWHERE, Map, MapOptions, Mapper, check_maps, draw, flatten
from segmentry.maps.picture import trust
from segmentry.plain import from_plain, to_plain
from segmentry.prepare import Layout, Points
from segmentry.recipe import Recipe

HERE = {name: mapper for name, mapper in MAPPERS.items() if not mapper.module or find_spec(mapper.module)}
each_mapper = pytest.mark.parametrize("mapper", HERE.values(), ids=HERE.keys())
EXTRAS = {"opentsne": "segmentry[tsne]", "umap": "segmentry[umap]"}


def blobs(n: int = 90, seed: int = 0) -> Points:
    """Give three groups of points in four columns, as preparation gives them."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(n, 4)) + 6 * (np.arange(n) % 3)[:, None] * np.array([1, 0, -1, 0.5])
    return Points(values.astype(np.float32), Layout.numbers(4))


def where(method: str, points: Points) -> np.ndarray:
    """Give each point's position, in the order of the points."""
    found = flatten(method, points, seed=3)
    places = np.empty((len(points.values), 2))
    places[found.rows] = found.positions
    return places


def test_the_registry_names_each_map_as_it_names_itself() -> None:
    """``--map NAME`` finds the map of that name, and every extra has its library."""
    assert all(name == mapper.name for name, mapper in MAPPERS.items())
    assert {name for name, mapper in MAPPERS.items() if mapper.module} == set(EXTRAS)


@each_mapper
def test_the_order_of_the_rows_leaves_no_trace(mapper: Mapper) -> None:
    """The same customers in another order lie where they lay."""
    points = blobs()
    mixed = np.random.default_rng(1).permutation(len(points.values))
    again = where(mapper.name, Points(points.values[mixed], points.layout))
    np.testing.assert_array_equal(again, where(mapper.name, points)[mixed])


@each_mapper
def test_groups_that_lie_apart_lie_apart_on_the_map(mapper: Mapper) -> None:
    """Nearly all of a customer's nearest on the map are of her own group."""
    places = where(mapper.name, blobs())
    far = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(far, np.inf)
    nearest = far.argsort(axis=1)[:, :5]
    assert (nearest % 3 == (np.arange(90) % 3)[:, None]).mean() > 0.97


@each_mapper
def test_new_customers_land_beside_their_likes_or_are_refused(mapper: Mapper) -> None:
    """Where a map can place others, a fitted customer lands about where she lies, alone as in a batch."""
    points = blobs()
    found = flatten(mapper.name, points, seed=3)
    values = points.values[found.rows][:4]
    if not mapper.places:
        with pytest.raises(UsageError, match="can't place new customers"):
            found.flat.place(values)
        return
    placed = found.flat.place(values)
    width = np.ptp(found.positions, axis=0).max()
    assert np.linalg.norm(placed - found.positions[:4], axis=1).max() < 0.1 * width
    alone = np.vstack([found.flat.place(values[row : row + 1]) for row in range(4)])
    np.testing.assert_array_equal(alone, placed)
    assert found.flat.place(values[:0]).shape == (0, 2)


@each_mapper
def test_too_few_customers_are_refused_with_the_way_out(mapper: Mapper) -> None:
    """A map that needs more customers says how many."""
    few = Points(blobs().values[: mapper.least], Layout.numbers(4))
    assert len(flatten(mapper.name, few).rows) == mapper.least
    with pytest.raises(TooFewError, match=f"at least {mapper.least} "):
        flatten(mapper.name, Points(few.values[1:], few.layout))


def test_principal_components_by_hand() -> None:
    """Of (0, 0), (3, 4), (6, 8) the first axis is (0.6, 0.8) and holds everything; the middle lies at 0."""
    points = Points(np.array([[3, 4], [6, 8], [0, 0]], dtype=np.float32), Layout.numbers(2))
    (found,) = draw(points, np.zeros(3, dtype=np.int32))
    by_row = dict(zip(flatten("pca", points).rows.tolist(), zip(found.x, found.y, strict=True), strict=True))
    assert by_row == {0: (0.0, 0.0), 1: (5.0, 0.0), 2: (-5.0, 0.0)}
    assert [round(axis.share, 9) for axis in found.axes] == [1.0, 0.0]
    assert [(load.column, load.part) for load in found.axes[0].loads] == [("column 2", 0.8), ("column 1", 0.6)]


def test_trustworthiness_by_hand() -> None:
    """On the line 0, 1, 3.1, 6 with the last two exchanged, two points have their second nearest as their nearest."""
    values, places = np.array([[0.0], [1.0], [3.1], [6.0]]), np.array([[0.0, 0], [1.0, 0], [6.0, 0], [3.1, 0]])
    # Third: nearest on the map is the fourth, 2.9 away in truth, second after 1.0 at 2.1: penalty 1.
    # Fourth: nearest on the map is the second, 5.0 away in truth, second after the third at 2.9: penalty 1.
    expected = 1 - 2 / (4 * 1 * (2 * 4 - 3 * 1 - 1)) * (1 + 1)
    assert trust(values, places, 1) == pytest.approx(expected) == 0.75


def test_trustworthiness_is_measured_on_the_drawn_customers() -> None:
    """It is scikit-learn's figure on the sample, with the number of neighbours that is told."""
    points = blobs(60)
    (found,) = draw(points, np.zeros(60, dtype=np.int32))
    shown = flatten("pca", points)
    expected = trustworthiness(points.values[shown.rows].astype(float), shown.positions, n_neighbors=found.neighbours)
    assert found.neighbours == 10
    assert found.trustworthiness == pytest.approx(expected, abs=1e-4)


@given(
    arrays.arrays(np.float32, st.tuples(st.integers(1, 12), st.integers(1, 4)), elements=st.integers(-9, 9)),
    st.integers(0, 3),
)
@settings(max_examples=40, deadline=None)
def test_any_points_give_a_map_with_everybody_on_it(values: np.ndarray, seed: int) -> None:
    """One customer, equal customers, one measure: a map of finite places, each with its own segment."""
    labels = np.arange(len(values), dtype=np.int32) - 1
    points = Points(values, Layout.numbers(values.shape[1]))
    (found,) = draw(points, labels, MapOptions(seed=seed))
    assert sorted(found.segments) == labels.tolist()
    assert found.drawn == found.of == len(values)
    assert np.isfinite([found.x, found.y]).all()
    assert sum(axis.share for axis in found.axes) <= 1 + 1e-9
    assert (found.trustworthiness is None) == (len(values) < 3)


def test_a_large_map_shows_two_thousand_and_stays_small() -> None:
    """The sample is told, labels go with their customers, and the JSON stays far below what a page can carry."""
    points = blobs(5_000)
    labels = np.where(points.values[:, 0] > 3, 11, NOWHERE).astype(np.int32)
    (found,) = draw(points, labels)
    assert (found.drawn, found.of) == (2_000, 5_000)
    shown = flatten("pca", points)
    assert found.segments == tuple(labels[shown.rows].tolist())
    assert np.abs(np.array(found.x) - shown.positions[:, 0]).max() < 1e-3 * np.ptp(shown.positions)
    assert len(json.dumps(to_plain(found), indent=1)) < 120_000
    assert from_plain(Map, json.loads(json.dumps(to_plain(found)))) == found


def test_another_seed_draws_other_customers_on_the_same_axes() -> None:
    """Who is shown comes from the seed; the principal components are those of all customers."""
    points, labels = blobs(2_500), np.zeros(2_500, dtype=np.int32)
    (first,), (second,) = (draw(points, labels, MapOptions(seed=seed)) for seed in (0, 1))
    assert first.axes == second.axes
    assert set(zip(first.x, first.y, strict=True)) != set(zip(second.x, second.y, strict=True))


def test_no_customers_or_no_measures_give_no_map() -> None:
    """Nothing to be seen is no error."""
    nobody = Points(np.empty((0, 2), dtype=np.float32), Layout.numbers(2))
    nothing = Points(np.empty((3, 0), dtype=np.float32), Layout.numbers(0))
    assert draw(nobody, np.empty(0, dtype=np.int32)) == draw(nothing, np.zeros(3, dtype=np.int32)) == ()


@pytest.mark.parametrize("method", EXTRAS)
def test_a_missing_library_is_told_with_its_extra(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before any work, and without importing anything, the message names what to install."""
    monkeypatch.setattr("segmentry.maps.contract.find_spec", lambda _: None)
    for refused in (lambda: check_maps(MapOptions((method,))), lambda: Recipe().having(maps=method).for_method()):
        with pytest.raises(UsageError) as error:
            refused()
        assert EXTRAS[method] in str(error.value)


def test_extras_are_what_pyproject_offers(request: pytest.FixtureRequest) -> None:
    """The extras that messages name can be installed."""
    text = (request.config.rootpath / "pyproject.toml").read_text(encoding="utf-8")
    assert "\ntsne = [" in text
    assert "\numap = [" in text


def test_maps_import_nothing_heavy_before_they_are_drawn() -> None:
    """The room itself loads no library of its maps."""
    import subprocess

    asked = "import sys, segmentry.maps; print(*{'sklearn.manifold', 'openTSNE', 'umap'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
