"""Near-duplicates, and which voice a text has."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stories import PERMUTATIONS, SAME_STORY, bands, credited_wire, origin_of, signature, similar

ENGLISH = """Envision said on Monday that it had signed a contract to deliver racks of accelerators to
OpenMind, which will install them at a campus in the high desert. The first racks are due in the
second half of next year, and the whole order would draw as much power as a mid-sized city.
Neither company gave a price. Analysts had expected an agreement since the summer, when the two
began to test the chips together. Shares of Envision rose four per cent before the market
opened. OpenMind has ordered from three other makers this year, and says it still cannot get the
capacity that its users ask for. The campus will be built by a developer that leases land from
the county, and a gas plant next to it supplies the power."""

CHINESE = """恩维科技周一表示,已与开思签署合同,向其交付加速器机架,后者将把这些机架安装在高原沙漠的
一处园区内。首批机架预计明年下半年到货,全部订单的用电量相当于一座中等城市。双方均未透露
价格。分析人士自夏季起就预计双方会达成协议,当时两家公司开始共同测试芯片。恩维股价在开盘
前上涨百分之四。开思今年已向另外三家厂商订货,但仍表示无法满足用户对算力的需求。"""

STABLE = "19c0fbed54a1b4bd"
STABLE_BAND = 5140059380206919339


def shared_band(a, b):
    return bool(set(bands(signature(a))) & set(bands(signature(b))))


@pytest.mark.parametrize("text", [ENGLISH, CHINESE])
def test_a_reprint_with_other_furniture_is_one_story(text):
    dressed = f"Home | Tech | News\n\n{text.upper()}\n\nRead more on our site."
    assert similar(signature(text), signature(dressed)) >= SAME_STORY
    assert shared_band(text, dressed)


def test_a_light_rewrite_is_one_story():
    words = ENGLISH.split()
    rewritten = (
        ENGLISH.replace("said on Monday", "announced Monday")
        .replace("the summer", "summer")
        .replace("four per cent", "4%")
    )
    assert similar(signature(ENGLISH), signature(rewritten)) >= SAME_STORY
    assert shared_band(ENGLISH, rewritten)
    cut = " ".join(words[: len(words) * 3 // 4])
    assert similar(signature(ENGLISH), signature(cut)) >= SAME_STORY


@pytest.mark.parametrize("text", [ENGLISH, CHINESE])
def test_another_text_with_the_same_words_is_another_story(text):
    words = text.split() if text is ENGLISH else list(text)
    random.Random(7).shuffle(words)
    other = (" " if text is ENGLISH else "").join(words)
    assert similar(signature(text), signature(other)) < 0.2


def test_one_number_changed_in_a_short_notice_still_resembles():
    assert similar(signature(ENGLISH), signature(ENGLISH.replace("Monday", "Tuesday"))) > 0.9


def test_signatures_are_stable():
    # Stored in databases: a change here needs every signature computed anew.
    assert signature("one two three four five").hex()[:16] == STABLE
    assert bands(signature("one two three four five"))[0] == STABLE_BAND


@given(st.text(max_size=400), st.text(max_size=400))
def test_any_text(a, b):
    one, two = signature(a), signature(b)
    assert len(one) in (0, PERMUTATIONS * 4)
    assert all(-(2**63) <= key < 2**63 for key in bands(one))
    assert similar(one, two) == similar(two, one)
    assert similar(one, one) == (1.0 if one else 0.0)


def test_a_text_without_words_resembles_nothing():
    assert signature(" … 。!") == b""
    assert bands(b"") == []
    assert similar(b"", signature(ENGLISH)) == 0


def test_a_foreign_signature_is_refused():
    with pytest.raises(ValueError, match="512 bytes"):
        similar(b"abc", signature(ENGLISH))


@pytest.mark.parametrize(
    ("lang", "text", "wire"),
    [
        ("en", "SAN FRANCISCO, Oct 6 (Reuters) - OpenMind said", "Reuters"),
        ("en", "NEW YORK--(BUSINESS WIRE)--Core Science today", "Business Wire"),
        ("en", "SANTA CLARA, Calif., Oct. 1, 2025 /PRNewswire/ -- Envision", "PR Newswire"),
        ("en", "AUSTIN, Texas, Oct. 01, 2025 (GLOBE NEWSWIRE) -- CoreLoom", "GlobeNewswire"),
        ("en", "The chipmaker is in talks, Bloomberg News reported on Tuesday.", "Bloomberg"),
        (
            "en",
            "A purchase is near, according to a report by the Wall Street Journal.",
            "Wall Street Journal",
        ),
        ("en", "Text.\n\nSource: Reuters", "Reuters"),
        ("de", "MÜNCHEN (dpa-AFX) - Infinitec übernimmt", "dpa"),
        ("de", "Wie die Nachrichtenagentur Reuters berichtet, will der Konzern", "Reuters"),
        ("es", "Madrid, 3 oct (EFE).- La empresa", "EFE"),
        ("es", "La empresa compra chips, según la agencia Bloomberg.", "Bloomberg"),
        ("fr", "Paris, 3 oct. 2025 (AFP) - Le groupe", "AFP"),
        ("fr", "Selon l’AFP, le groupe", "AFP"),
        ("pt", "De acordo com a Reuters, a companhia", "Reuters"),
        ("it", "Milano (ANSA) - L'azienda", "ANSA"),
        ("it", "secondo quanto riportato da Reuters, l'azienda", "Reuters"),
        ("zh", "新华社北京10月6日电 中国", "Xinhua"),
        ("zh", "据路透社报道,恩维", "Reuters"),
        ("zh", "彭博社援引知情人士称,恩维", "Bloomberg"),
        ("ja", "【ソウル聯合ニュース】サムソン", "Yonhap"),
        ("ja", "ロイターによると、恩維は", "Reuters"),
        ("ja", "共同通信が6日報じた。", "Kyodo"),
        ("ko", "(서울=연합뉴스) 김 기자 = 삼성", "Yonhap"),
        ("ko", "블룸버그통신에 따르면 삼성", "Bloomberg"),
        (None, "Laut Reuters will der Konzern", "Reuters"),
    ],
)
def test_the_wire_that_a_text_credits(lang, text, wire):
    assert credited_wire(text, lang) == wire


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "OpenMind says artificial general intelligence (AGI) is near."),
        ("en", "The Bloomberg terminal runs on its chips; Reuters Plaza is next door."),
        ("en", "The Nikkei index fell. Dow Jones futures rose. A new apa was born."),
        ("en", "The company issued a press release with Business people."),
        ("en", "x " * 1500 + "Reuters reported that it was late."),
        ("de", "Der Konzern teilte das am Montag mit."),
        ("ja", "同社は6日発表した。"),
        ("zh", "公司周一宣布。"),
        ("en", ""),
    ],
)
def test_no_wire(lang, text):
    assert credited_wire(text, lang) is None


def test_the_head_counts_before_the_text():
    text = "TOKYO, Oct 6 (Kyodo) -- The company said, as Reuters reported earlier, that"
    assert credited_wire(text, "en") == "Kyodo"


def test_origin():
    assert origin_of("Berlin (dpa) - Der", "de", "kettle") == "wire:dpa"
    assert origin_of("Der Konzern", "de", "kettle") == "kettle"
