"""Real Chromium on real pages: starting both, watching what a page must not do, and examining what it shows."""
