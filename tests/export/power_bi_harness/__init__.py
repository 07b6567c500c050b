"""What tests of the Power BI project share: a strict reader of TMDL, checks of a model, and an evaluator of DAX."""
