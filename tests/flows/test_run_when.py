"""Scheduled runs and people: what the flow and the command line ask for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from tiny_newsroom import DEAL, Tiny, page

from flows.deployments import deployments

ROOT = Path(__file__).parents[2]


def test_the_schedules_ask_only_what_is_due() -> None:
    [served] = [one for one in deployments("* * * * *") if one.name == "ingest"]
    [pooled] = [
        one
        for one in yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]
        if one["name"] == "ingest"
    ]
    assert served.parameters == pooled["parameters"] == {"when": "due"}


@pytest.mark.slow
def test_the_flow_passes_over_what_is_not_due(tiny: Tiny) -> None:
    site = tiny.add("one", {"/2025/a": page("Google to supply TPUs to Anthropic", DEAL)})
    code, out, err = tiny.run("run", "--json", "--quiet", "--due")
    assert (code, json.loads(out)["not_due"]) == (0, {}), err
    asked = len(site.requests)

    code, out, err = tiny.run("run", "--json", "--quiet", "--due")
    told = json.loads(out)
    assert code == 0, err
    assert told["ok"] and told["sources"] == {}
    assert told["not_due"]["one"].startswith("due at 20")
    assert len(site.requests) == asked

    code, out, err = tiny.run("run", "--no-prefect", "--due", "--quiet")
    assert code == 0, err
    assert "1 sources not due; --now asks them all the same" in " ".join(out.split())

    code, _, err = tiny.run("run", "--due", "--now")
    assert code == 2
    assert "exclude each other" in err
