"""The word lists and rules in data/, read once."""

from __future__ import annotations

from importlib import resources
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load(name: str) -> Any:
    """The content of ``data/<name>.yml``."""
    text = resources.files("spiders.extract").joinpath(f"data/{name}.yml").read_text("utf-8")
    return yaml.load(text, Loader=_LOADER)
