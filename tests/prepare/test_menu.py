"""The rules that every combination of steps keeps, whatever the numbers."""

import json
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentry.plain import from_plain, to_plain
from segmentry.prepare import PrepareOptions, Preparer, fit, fit_kept

BLANKS = ("median", "mean", "mode", "constant", "neighbours", "drop")
OUTLIERS = ("clip", "none", "remove-iqr", "remove-mad")
SKEWS = ("auto", "log", "yeo-johnson", "none")
SCALES = ("z", "robust", "min-max", "none")
BINS = ("none", 4, "3:uniform", "5:kmeans")
ENCODES = (("one-hot", 0.0), ("one-hot", 0.2), ("frequency", 0.0), ("frequency", 0.2), ("ordinal", 0.0))
# Every pair of neighbouring steps meets in every way; what is left takes turns.
PAIRS = [
    *(PrepareOptions(missing=m, outliers=o) for m, o in product(BLANKS, OUTLIERS)),
    *(PrepareOptions(skew=k, outliers=o, missing="mean") for k, o in product(SKEWS, OUTLIERS)),
    *(PrepareOptions(skew=k, bins=b, missing="mode") for k, b in product(SKEWS, BINS)),
    *(PrepareOptions(bins=b, scale=s, skew="yeo-johnson") for b, s in product(BINS, SCALES)),
    *(PrepareOptions(scale=s, encode=e, rare=r) for s, (e, r) in product(SCALES, ENCODES)),
    *(PrepareOptions(missing=m, encode=e, rare=r) for m, (e, r) in product(BLANKS, ENCODES)),
    *(PrepareOptions(missing=m, pca=2, bins=b) for m, b in product(("median", "neighbours", "drop"), ("none", 4))),
    PrepareOptions(outliers="remove-forest"),
    PrepareOptions(outliers="remove-forest", missing="neighbours", encode="frequency", pca=3),
]
MENU = list(dict.fromkeys(PAIRS))
KINDS = [("spend", "number"), ("orders", "number"), ("days", "number"), ("city", "category"), ("club", "yes-no")]
CLOSE = {"atol": 2e-4, "rtol": 2e-4}


def name(options: PrepareOptions) -> str:
    """Name a combination by what differs from the default."""
    plain, default = to_plain(options), to_plain(PrepareOptions())
    assert isinstance(plain, dict)
    assert isinstance(default, dict)
    return "-".join(str(value) for key, value in plain.items() if value != default[key]) or "default"


def customers(seed: int, count: int = 60) -> pd.DataFrame:
    """Make customers with lopsided, tied, negative and blank numbers, rare levels and blank answers."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "spend": rng.lognormal(3, 2, count).round(2) - 5,
            "orders": rng.geometric(0.6, count).astype(float),
            "days": rng.integers(0, 400, count).astype(float),
            "city": rng.choice(["Rome", "Oslo", "Bonn", "Kyiv", "Faro"], count, p=[0.5, 0.3, 0.1, 0.06, 0.04]),
            "club": rng.choice(["yes", "no"], count),
        }
    )
    for column in table.columns:
        table.loc[rng.random(count) < 0.1, column] = np.nan if table[column].dtype == float else None
    return table


@pytest.mark.parametrize("options", MENU, ids=name)
def test_points_are_finite(options: PrepareOptions) -> None:
    """Whatever the steps, every prepared value is finite: of customers learned from, of new and of blank ones."""
    preparer = fit(customers(0), KINDS, options)
    blank = pd.DataFrame({"spend": [np.nan], "orders": [np.nan], "days": [np.nan], "city": [None], "club": [None]})
    huge = pd.DataFrame({"spend": [1e300], "orders": [-1e300], "days": [0.0], "city": ["Nowhere"], "club": ["?"]})
    for table in (customers(0), customers(1), blank, huge):
        assert np.isfinite(preparer.apply(table).values).all()


@pytest.mark.parametrize("options", MENU, ids=name)
def test_one_customer_as_all(options: PrepareOptions) -> None:
    """A customer prepared alone has, to the last bit, the point that she has among all."""
    table = customers(2)
    preparer = fit(table, KINDS, options)
    alone = np.vstack([preparer.apply(table.iloc[[row]]).values for row in range(len(table))])
    assert (alone == preparer.apply(table).values).all()


@pytest.mark.parametrize("options", MENU, ids=name)
def test_row_order_changes_nothing(options: PrepareOptions) -> None:
    """Customers in another order have the same points and the same say."""
    table = customers(3)
    turned = table.sample(frac=1, random_state=0)
    (one, kept), (other, kept_turned) = fit_kept(table, KINDS, options), fit_kept(turned, KINDS, options)
    np.testing.assert_allclose(one.apply(table).values, other.apply(table).values, atol=1e-6)
    assert (pd.Series(kept_turned, turned.index).sort_index().to_numpy() == kept).all()


@pytest.mark.parametrize("options", [o for o in MENU if o.scale != "none"], ids=name)
@pytest.mark.parametrize("unit", [100.0, 0.01])
def test_unit_of_money_changes_nothing(options: PrepareOptions, unit: float) -> None:
    """Pounds or pence give the same points, and leave the same customers out."""
    table = customers(4)
    pence = table.assign(spend=table["spend"] * unit)
    (one, kept), (other, kept_pence) = fit_kept(table, KINDS, options), fit_kept(pence, KINDS, options)
    np.testing.assert_allclose(one.apply(table).values, other.apply(pence).values, **CLOSE)
    assert (kept == kept_pence).all()


@pytest.mark.parametrize("options", MENU, ids=name)
def test_saved_and_read_back_alike(options: PrepareOptions) -> None:
    """The parameters survive JSON to the last bit, and so does every point."""
    table = customers(5)
    preparer = fit(table, KINDS, options)
    text = json.dumps(to_plain(preparer), allow_nan=False)
    again = from_plain(Preparer, json.loads(text))
    assert json.dumps(to_plain(again)) == text
    assert (again.apply(table).values == preparer.apply(table).values).all()
    assert again.words() == preparer.words()


@pytest.mark.parametrize("options", [o for o in MENU if not o.pca and o.missing != "neighbours"], ids=name)
def test_better_buyer_never_lower(options: PrepareOptions) -> None:
    """No step turns the order of two customers around."""
    preparer = fit(customers(6), KINDS, options)
    steps = np.linspace(-100, 3000, 500)
    one = customers(6).dropna().iloc[[0]]
    table = one.loc[one.index.repeat(len(steps))].assign(spend=steps)
    place = preparer.apply(one).names.index("spend")
    assert (np.diff(preparer.apply(table).values[:, place]) >= 0).all()


@pytest.mark.parametrize("options", MENU, ids=name)
def test_few_customers_are_prepared_too(options: PrepareOptions) -> None:
    """One, two or three customers, blanks among them, make finite points, and somebody always has a say."""
    for seed, count in ((0, 1), (1, 1), (2, 2), (3, 3)):
        table = customers(seed, count)
        preparer, kept = fit_kept(table, KINDS, options)
        assert np.isfinite(preparer.apply(table).values).all()
        assert kept.any()


@pytest.mark.parametrize("options", [PrepareOptions(missing=how, scale="none") for how in BLANKS], ids=name)
def test_all_blank_column_separates_nobody(options: PrepareOptions) -> None:
    """A column without any known value becomes one value."""
    table = pd.DataFrame({"spend": [np.nan] * 4, "orders": [1.0, 2.0, 3.0, 4.0], "city": [None] * 4})
    points = fit(table, [("spend", "number"), ("orders", "number"), ("city", "category")], options).apply(table)
    assert len(set(points.values[:, points.names.index("spend")])) == 1


NUMBERS = st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 3)), min_size=2, max_size=40)


@given(values=NUMBERS, unit=st.sampled_from([100.0, 0.01, 1024.0]))
@settings(max_examples=60, deadline=None)
def test_any_numbers_keep_the_rules(values: list[float], unit: float) -> None:
    """For any column: finite points, no order turned around, cuts that don't depend on the unit."""
    table = pd.DataFrame({"x": sorted(values)})
    for skew, bins in (("yeo-johnson", "none"), ("none", 4), ("log", "3:uniform"), ("none", "4:kmeans")):
        options = PrepareOptions(skew=skew, bins=bins, scale="none" if bins != "none" else "min-max")
        points = fit(table, [("x", "number")], options).apply(table).values.ravel()
        assert np.isfinite(points).all()
        assert (np.diff(points) >= 0).all()
        if bins == 4:
            other = fit(table * unit, [("x", "number")], options).apply(table * unit).values.ravel()
            assert (points == other).all()


def test_a_draw_is_fitted_with_the_same_options() -> None:
    """A refit keeps every option: levels' order, groups, components and who is left out."""
    options = PrepareOptions(
        outliers="remove-mad", skew="none", bins="3:uniform", levels=("city=Faro,Kyiv,Bonn,Oslo,Rome",), pca=2
    )
    table = customers(7, 200)
    preparer = fit(table, KINDS, options)
    draw = table.sample(100, random_state=1)
    again, kept = preparer.refit(draw)
    assert again.options == options
    assert again == fit(draw, KINDS, options)
    assert (again.kept(draw) == kept).all()
    assert not kept.all()


def test_every_step_is_told_in_words() -> None:
    """The lines name each measure once, then what happens to all together."""
    options = PrepareOptions(missing="neighbours", outliers="remove-iqr", bins=3, pca=2, rare=0.1)
    lines = fit(customers(8), KINDS, options).words()
    assert [line.split(":")[0] for line in lines[:5]] == [column for column, _ in KINDS]
    assert "rare" in lines[3]
    assert "cut into 3 groups" in lines[0]
    assert "5 most alike" in lines[5]
    assert "2 principal components" in lines[6]
    assert "left out of the fit" in lines[7]
