"""A run as a Power BI project: a folder that Power BI Desktop opens, edits and refreshes."""
