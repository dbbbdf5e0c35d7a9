"""The flows: what runs when, as plain functions (``stages``), as Prefect flows, and the command line."""
