"""The stages of a run as plain functions: they need neither Prefect nor a running Scrapy.

Each takes what it needs (a store, settings, a pool of processes), works until nothing waits, and returns
counts. Each may be killed and called again: what waits is leased in the database and every write is
idempotent.
"""
