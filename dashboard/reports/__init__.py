"""Prints made on the server: one file a report, from findings that a page shows as well."""
