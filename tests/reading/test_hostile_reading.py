"""Hostile articles: no exception, bounded output, and work that grows no faster than the text."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from reading_help import article, read, reader

from nlp.deals.cues import find_cues
from nlp.deals.sentences import split_sentences

CUES = {
    "en": "buy sell deal talks not should it the company ",
    "pt": "compra vende acordo negocia não deveria ela a empresa ",
    "es": "compra vende acuerdo negocia no debería ella la empresa ",
    "fr": "achète vend accord négocie pas devrait elle la société ",
    "de": "kauft verkauft vertrag gespräche nicht sollte er das unternehmen ",
    "it": "compra vende accordo tratta non dovrebbe essa la società ",
    "zh": "收购出售协议洽谈未应该公司向与",
    "ja": "買収売却契約交渉ないべきだ同社はに",
    "ko": "인수 매각 계약 협의 않 해야 회사는 에 ",
}
SHAPES: dict[str, Callable[[int], str]] = {
    "names": lambda n: "AMD, Intel, Nvidia, Oracle, TSMC and Samsung, " * n + "buy GPU chips",
    "sums": lambda n: "Nvidia GPU deal: " + "$5 billion and 10,000 chips, " * n,
    "brackets": lambda n: "Nvidia GPU " + "(" * n + "AMD buys Intel" + ")" * n,
    "quotes": lambda n: "Nvidia GPU " + "“‘" * n + "AMD buys Intel" + "’”" * n,
    "bullets": lambda n: "\n- Nvidia – AMD.\nGPU $5 billion." * n,
    "descriptions": lambda n: "Nvidia GPU. " + "The chipmaker and the company said it would buy it. " * n,
    "blank": lambda n: "Nvidia GPU chips" + " \n\u3000\u00a0" * n + "AMD",
    "dots": lambda n: "Nvidia GPU chips " + ". " * n + "AMD" + "!?" * n,
}


def work(text: str, lang: str) -> int:
    """How many Python calls a reading takes: what a slow machine does not change."""
    calls = 0

    def count(_frame: FrameType, event: str, _arg: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        reader().read_one(article(text, lang))
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("shape", SHAPES)
def test_work_grows_with_the_text_and_no_faster(shape: str) -> None:
    make = SHAPES[shape]
    read(make(5), "en")  # loads what is loaded once
    small, large = work(make(100), "en"), work(make(800), "en")
    assert large < 8 * small * 1.6 + 5000, f"{small} calls for 100, {large} for 800"


def test_a_hundred_thousand_companies() -> None:
    reading = read("GPU chips: " + "AMD, Intel, Nvidia, TSMC, " * 25_000 + "sign a deal.", "en")
    assert len(reading.companies) == 4
    assert all(len(deal.parties) <= 8 for deal in reading.deals)


@pytest.mark.parametrize(
    "char", ["\x00", "\u202e", "\u2066", "\ufeff", "\U000e0041", "\u0301", "\ud7ff", "\uffff"]
)
def test_control_and_direction_characters(char: str) -> None:
    plain = "AMD has agreed to acquire ZT Systems, a maker of AI servers, for $4.9 billion."
    for text in (char * 5000 + plain, char.join(plain), plain.replace(" ", f" {char}"), plain + char * 5000):
        source = article(text, "en", char)
        reading = reader().read_one(source)
        for mention in reading.companies:
            held = source.title if mention.span.field == "title" else source.text
            assert held[mention.span.start : mention.span.end] == mention.span.quote


@pytest.mark.parametrize("lang", ["en", "zh", "ja", "ko", "de"])
def test_sentences_and_cues_of_a_megabyte(lang: str) -> None:
    text = "A. b! “c” (d) 。」？ e.g. U.S. " * 30_000
    found = split_sentences(text, lang)
    assert len(found) <= len(text)
    assert len(find_cues(CUES[lang] * 20_000, lang)) <= 20_000 * 12
