"""Findings from frames. Knows no file, database, screen or setting."""
