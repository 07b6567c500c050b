"""The running server: its connections, its figures, and what it writes down about its own faults."""
