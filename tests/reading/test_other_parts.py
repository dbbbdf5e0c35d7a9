"""Another part put in by a config file, as docs/reading.md shows it: a component that finds companies of its own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from reading_help import article, party_named, tell

from nlp.reader import CONFIGS, Reader, load_pipeline

DOCS = Path(__file__).parent.parent.parent / "docs" / "reading.md"
TEXT = "umbrella-7 has ordered 20,000 MI450 accelerators from AMD for $900 million."


@pytest.fixture
def example() -> tuple[str, str]:
    """The Python and the config example of the documentation."""
    blocks = re.findall(
        r"```(python|ini)\n(# my_[^\n]*\n.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL
    )
    found = dict(blocks)
    return found["python"], found["ini"]


def test_the_documented_component_changes_what_is_read(
    example: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, config = example
    before = Reader().read_one(article(TEXT, "en"))
    assert all(party_named(deal, "umbrella-7") is None for deal in before.deals)

    exec(compile(code, str(DOCS), "exec"), {"__name__": "my_ner"})
    (tmp_path / "en.cfg").write_text(config, encoding="utf-8")
    monkeypatch.setenv("CHIPWIRE_NLP_CONFIGS", str(tmp_path))
    reading = Reader().read_one(article(TEXT, "en"))
    assert "umbrella-7" in [mention.name for mention in reading.companies]
    (deal,) = reading.deals
    party = party_named(deal, "umbrella-7")
    assert party is not None, tell(reading)
    assert party.role == "customer"


def test_a_folder_without_the_language_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHIPWIRE_NLP_CONFIGS", str(tmp_path))
    with pytest.raises(ValueError, match=r"'de'.*missing"):
        load_pipeline("de")


def test_our_own_configs_know_nothing_of_it() -> None:
    for config in CONFIGS.glob("*.cfg"):
        assert "my_ner" not in config.read_text(encoding="utf-8")
