"""Places, periods, records and storage: what is known about ASB in an area."""
