"""The store: the only place that knows a database.

`database` opens it, `models` holds the tables, and one module a subject holds the queries.
"""
