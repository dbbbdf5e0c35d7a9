"""Cue words: whole words, beginnings, the longest, what is ignored; and that all languages' data agree."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.deals.actors import POSTPOSED
from nlp.deals.cues import LANG, find_cues, load_cues, lowered
from nlp.deals.events import frames
from nlp.deals.govern import TOGETHER
from pipeline.types import DEAL_TYPES, LANGUAGES, UNITS

EVERY = tuple(LANGUAGES)
FILLED = [
    "past",
    "dealref",
    "wish",
    "hypothesis",
    "passive",
    "ignore",
    "joins",
    "speaker",
    "several",
]
YOUNG = {"commit", "bid", "choose", "issue"}
"""Classes that a language may leave to the general ones (buy, deal, raise, use)."""


def found(text: str, lang: str, group: str = "trigger") -> list[tuple[str, str]]:
    return [(text[c.start : c.end], c.label) for c in find_cues(text, lang) if c.group == group]


def data(lang: str) -> dict[str, Any]:
    words = (LANG / lang / "deals.yml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.load(words, yaml.BaseLoader)
    return loaded


def test_whole_words_only_in_latin_script() -> None:
    assert ("buys", "buy") in found("Oracle buys chips", "en")
    assert not found("a buysy gobuys", "en")
    assert not found("Orderly reordering of shipwrecks", "en")
    assert ("order", "order") in found("a record order, they said", "en")


def test_upper_case_and_typographic_apostrophes_do_not_matter() -> None:
    assert ("ACQUIRES", "acquire") in found("AMD ACQUIRES XILINX", "en")
    assert [label for _, label in found("it didn’t sign", "en", "negation")] == ["negation"]
    assert [label for _, label in found("it didn't sign", "en", "negation")] == ["negation"]


def test_a_star_stands_for_every_word_that_begins_so() -> None:
    for word in ("fusioniert", "fusionieren", "fusionierte"):
        assert (word, "merge") in found(f"Sie {word} bald", "de")
    assert ("encomendou", "order") in found("A Oracle encomendou chips", "pt")
    assert not found("Konfusionieren", "de"), "but only from its beginning"


def test_the_longest_of_a_group_wins() -> None:
    assert set(found("the purchase order came", "en")) == {("purchase order", "order")}
    assert set(found("it took over the firm", "en")) == {("took over", "acquire")}


def test_a_phrase_to_ignore_hides_the_cues_in_it() -> None:
    assert not found("in order to shine, according to him", "en")
    assert set(found("an order to shine", "en")) == {("order", "order")}
    assert not [t for t in found("在交易所上市", "zh") if t[0] == "交易"]


def test_scripts_without_spaces_match_inside_of_running_text() -> None:
    assert ("收购", "acquire") in found("软银宣布收购安谋", "zh")
    assert ("買収", "acquire") in found("ソフトバンクが買収した", "ja")
    assert ("인수", "acquire") in found("소프트뱅크가인수했다", "ko")
    assert ("GPU", "chips") in found("엔비디아GPU를", "ko", "objects")
    assert ("GPU", "chips") in found("英伟达GPU芯片", "zh", "objects")
    assert not found("XGPUX", "zh", "objects"), "a Latin word inside another is none"


def test_a_description_may_have_epithets_between() -> None:
    text = "The Santa Clara chipmaker said so; the start-up too."
    assert ("The Santa Clara chipmaker", "chipmaker") in found(text, "en", "coref")
    assert ("the start-up", "startup") in found(text, "en", "coref")


@settings(deadline=None)  # the first text of a language waits for its automaton
@given(st.text(max_size=200), st.sampled_from(EVERY))
def test_cues_lie_in_the_text_in_order_none_inside_another_of_its_group(text: str, lang: str) -> None:
    cues = find_cues(text, lang)
    assert [c.start for c in cues] == sorted(c.start for c in cues)
    for i, cue in enumerate(cues):
        assert 0 <= cue.start < cue.end <= len(text)
        for other in cues[i + 1 :]:
            if other.group == cue.group and (other.start, other.end) != (cue.start, cue.end):
                assert other.end > cue.end


@given(st.text(max_size=100))
def test_lower_case_keeps_every_offset(text: str) -> None:
    assert len(lowered(text)) == len(text)


@pytest.mark.parametrize("lang", EVERY)
def test_every_language_has_the_same_classes(lang: str) -> None:
    mine, english = data(lang), data("en")
    made = {label for table in TOGETHER.values() for label in table.values()}
    assert set(english["triggers"]) <= set(frames()["triggers"]) <= set(english["triggers"]) | made
    assert set(english["triggers"]) - YOUNG <= set(mine["triggers"]) <= set(english["triggers"])
    for group in ("objects", "status", "sizes_not"):
        assert set(mine[group]) == set(english[group]), group
    assert mine["negation"] or lang in POSTPOSED, "behind the verb, a negation is part of the trigger's form"
    for group in FILLED:
        assert mine[group], f"{lang}: {group} is empty"
    coref = {label for label in mine["coref"] if not label.startswith("country_")}
    assert {"both", "generic", "buyer", "seller", "government"} <= coref <= {*english["coref"], "nobody"}


@pytest.mark.parametrize("lang", EVERY)
def test_every_trigger_has_words_and_no_word_is_empty(lang: str) -> None:
    mine = data(lang)
    for label, forms in mine["triggers"].items():
        assert set(forms) <= {"verbs", "participles", "nouns"}, label
        assert any(forms.values()), f"{lang}: {label} has no word"

    def walk(place: str, value: Any) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(f"{place}.{key}", inner)
        elif isinstance(value, list):
            for word in value:
                assert isinstance(word, str), f"{place}: {word!r}"
                assert word.strip("* "), f"{place}: an empty word"
                assert len(word.strip("*")) > 1 or not word.endswith("*"), f"{place}: {word} is every word"

    walk(lang, {key: value for key, value in mine.items() if key not in ("cases",)})
    assert load_cues(lang).automaton


@pytest.mark.parametrize("lang", EVERY)
def test_cases_are_those_that_the_frames_know(lang: str) -> None:
    mine = data(lang)
    known = {
        "subject",
        "object",
        "from",
        "to",
        "with",
        "for",
        "by",
        "of",
        "in",
        "at",
        "gen",
        "other",
        "join",
        "vendor",
    }
    assert set(mine.get("cases", {})) | set(mine.get("cases_after", {})) <= known
    assert mine.get("cases") or mine.get("cases_after")


def test_frames_speak_of_types_roles_and_units_that_there_are() -> None:
    table = frames()
    sides = {"buyer", "seller", "giver", "taker", "target", "partner"}
    for label, frame in table["triggers"].items():
        assert set(frame["types"]) <= set(DEAL_TYPES), label
        assert {v for k, v in frame.items() if k != "types"} <= sides, label
    for deal_type, roles in table["roles"].items():
        assert set(roles) == sides
        assert set(roles.values()) <= set(DEAL_TYPES[deal_type]), deal_type
    assert set(table["roles"]) == set(DEAL_TYPES)
    assert set(table["amounts"]) <= {*UNITS, "W", "%"}
    members = [t for family in table["families"].values() for t in family]
    assert sorted(members) == sorted(DEAL_TYPES)
    assert set(table["objects"]) <= set(data("en")["objects"])
