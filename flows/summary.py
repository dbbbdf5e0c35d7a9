"""What a run did, for people, machines and the exit code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.store import Store
from pipeline.store.outcomes import WAITING


@dataclass(frozen=True, slots=True)
class Summary:
    """One run. ``outcomes``: source → outcome → URLs. ``failed``: source → why. ``work``: counts of the other
    stages. ``not_due``: source that was not asked → why.
    """

    run_id: int
    outcomes: Mapping[str, Mapping[str, int]]
    failed: Mapping[str, str]
    work: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    not_due: Mapping[str, str] = field(default_factory=dict)

    @property
    def totals(self) -> dict[str, int]:
        """URLs by outcome over all sources, most first."""
        total: Counter[str] = Counter()
        for counts in self.outcomes.values():
            total.update(counts)
        return dict(sorted(total.items(), key=lambda one: (-one[1], one[0])))

    @property
    def listed(self) -> int:
        """All URLs of the run: the sum of all outcomes."""
        return sum(self.totals.values())

    @property
    def waiting(self) -> int:
        """URLs that wait for extraction still (another worker has them, or they failed)."""
        return self.totals.get(WAITING, 0)

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "run": self.run_id,
            "ok": not self.failed,
            "listed": self.listed,
            "outcomes": self.totals,
            "sources": {name: dict(counts) for name, counts in self.outcomes.items()},
            "failed": dict(self.failed),
            "not_due": dict(self.not_due),
            **{stage: dict(counts) for stage, counts in self.work.items()},
        }

    def to_markdown(self) -> str:
        """For Prefect's artifact."""
        lines = [
            f"# Run {self.run_id}",
            "",
            f"{self.listed} addresses.",
            "",
            "| outcome | addresses |",
            "|---|---:|",
        ]
        lines += [f"| {outcome} | {count} |" for outcome, count in self.totals.items()]
        lines += ["", "| source | " + " | ".join(self.totals) + " |", "|---|" + "---:|" * len(self.totals)]
        for name, counts in self.outcomes.items():
            lines.append(f"| {name} | " + " | ".join(str(counts.get(one, 0)) for one in self.totals) + " |")
        for stage, done in self.work.items():
            lines += [
                "",
                f"**{stage}**: " + ", ".join(f"{count} {what}" for what, count in done.items() if count),
            ]
        if self.failed:
            lines += ["", "## Failed sources", ""]
            lines += [f"- **{name}**: {_cell(why)}" for name, why in self.failed.items()]
        if self.not_due:
            lines += ["", f"## Not due: {len(self.not_due)} sources", ""]
            lines += [f"- **{name}**: {_cell(why)}" for name, why in self.not_due.items()]
        return "\n".join(lines)


def summarise(
    store: Store,
    run_id: int,
    work: Mapping[str, Mapping[str, int]] | None = None,
    not_due: Mapping[str, str] | None = None,
) -> Summary:
    """The summary of a run as the store has it, with what the store does not know."""
    outcomes: dict[str, dict[str, int]] = {}
    for row in store.runs.outcomes(run_id):
        outcomes.setdefault(row.source, {})[row.outcome] = row.count
    crawls = store.runs.crawls(run_id)
    for crawl in crawls:
        outcomes.setdefault(crawl.source, {})
    failed = {crawl.source: crawl.error or "failed" for crawl in crawls if crawl.state != "ok"}
    return Summary(run_id, outcomes, failed, work or {}, not_due or {})


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
