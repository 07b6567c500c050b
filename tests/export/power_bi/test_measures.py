"""The measures: their formulas, evaluated over the exported files, give the figures of the report."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from power_bi_harness.dax import Context, DaxError, Model
from power_bi_harness.figures import compared

from segmentry.export.power_bi.tables import star
from segmentry.workspace import Run


@pytest.fixture(scope="module")
def model(projects: Mapping[str, Path]) -> Model:
    """Give the project of an order log, to be asked."""
    return Model(projects["after"])


@pytest.mark.parametrize("name", ["after", "awkward"])
def test_measures_give_the_figures_of_the_report(
    runs: Mapping[str, Run], projects: Mapping[str, Path], name: str
) -> None:
    """Per segment and for the whole run, what Power BI shows is what report and run.json say."""
    summary = runs[name].summary
    found = list(compared(Model(projects[name]), star(runs[name]), summary))
    assert len(found) > 10 * len(summary.segments)
    for measure, letter, wanted, value in found:
        equal = (
            value == wanted if wanted is None or isinstance(wanted, str) else value == pytest.approx(wanted, rel=1e-9)
        )
        assert equal, f"{measure} of {letter or 'everybody'}: {value}, in the report {wanted}"


def test_months_add_up_to_the_run(runs: Mapping[str, Run], model: Model) -> None:
    """Revenue and orders by month are those of the customers, in each segment and in all."""
    customers = runs["after"].customers()
    assert model.value("Monthly revenue") == pytest.approx(model.value("Revenue"), abs=0.005)
    assert model.value("Monthly orders") == customers["orders"].sum()
    for letter, rows in customers.groupby("segment"):
        only = Context().having("Segments", "Letter", f"\"Letter\" = '{letter}'")
        assert model.value("Monthly orders", only) == rows["orders"].sum()
        assert model.value("Monthly revenue", only) == pytest.approx(rows["spend"].sum(), abs=0.005)


def test_a_year_that_is_chosen_leaves_its_months(model: Model) -> None:
    """Dates filter the months, and not the customers: their revenue is of the whole window."""
    years = [Context().having("Dates", "Year", f'"Year" = {year}') for year in (2025, 2026)]
    revenue = [model.value("Monthly revenue", year) for year in years]
    assert all(revenue)
    assert sum(revenue) == pytest.approx(model.value("Revenue"), abs=0.005)
    assert model.value("Revenue", years[0]) == model.value("Revenue")
    assert 0 < model.value("Customers who ordered", years[0]) < model.value("Number of customers")


def test_a_customer_that_is_chosen_leaves_her_segments_share(model: Model) -> None:
    """A share is of what is left under the other filters, so one customer is all of her segment."""
    one = Context().having("Customers", "Customer key", '"Customer key" = 1')
    assert model.value("Number of customers", one) == 1
    assert model.value("Share of customers", one) == 1


@pytest.mark.parametrize("formula", ["SUM ( Customers[Spent] )", "[Nothing]", "RANKX ( Customers, 1 )", "1 + "])
def test_the_evaluator_refuses_what_it_does_not_know(model: Model, formula: str) -> None:
    """A formula that is wrong, or beyond it, is never taken for a figure."""
    model.measures["planted"] = formula
    with pytest.raises(DaxError):
        model.value("planted")


def test_a_wrong_formula_gives_another_figure(runs: Mapping[str, Run], projects: Mapping[str, Path]) -> None:
    """The comparison with the report would catch a mean in place of a median."""
    spoiled = Model(projects["after"])
    spoiled.measures["Typical spend"] = "DIVIDE ( [Revenue], [Number of customers] )"
    wrong = {
        measure
        for measure, _, wanted, value in compared(spoiled, star(runs["after"]), runs["after"].summary)
        if isinstance(wanted, float) and value != pytest.approx(wanted, rel=1e-9)
    }
    assert wrong == {"Typical spend"}
