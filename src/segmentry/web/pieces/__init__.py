"""What pages are made of: sections, tables and forms as data and markup, each used by one route or more."""
