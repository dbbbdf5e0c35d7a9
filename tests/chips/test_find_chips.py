"""The chips of sentences in nine languages, and the people, places and standards that are none."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.chips import find_chips, unique
from nlp.mentions import Entity

FOUND = [
    (
        "en",
        "CoreWeave gets GB300 NVL72 racks, H100s and A100s.",
        ["NVIDIA GB300 NVL72", "NVIDIA H100", "NVIDIA A100"],
    ),
    (
        "en",
        "The MI 300X, MI-325X, mi350x and 355X by AMD.",
        ["AMD Instinct MI300X", "AMD Instinct MI325X", "AMD Instinct MI350X", "AMD Instinct MI355X"],
    ),
    ("en", "a MILLION tpus lol, TPUv5e and v6 too", ["Google TPU", "Google TPU v5e", "Google TPU v6"]),
    ("en", "Tensor Processing Units of Google's own", ["Google TPU"]),
    (
        "en",
        "Huawei sells the Ascend 910B, 910C and 910D.",
        ["Huawei Ascend 910B", "Huawei Ascend 910C", "Huawei Ascend 910D"],
    ),
    (
        "en",
        "It ordered H100/H200 and B200 and B300 boards from Nvidia.",
        ["NVIDIA H100", "NVIDIA H200", "NVIDIA B200", "NVIDIA B300"],
    ),
    ("en", "HBM3e, HBM-4 and GDDR7 stacks", ["HBM3E", "HBM4", "GDDR7"]),
    (
        "en",
        "72 MI400 GPUs with “Venice” EPYC processors in AMD's Helios rack",
        ["AMD Instinct MI400", "AMD EPYC Venice", "AMD Helios"],
    ),
    ("en", "18,000 GB300 Grace Blackwell processors", ["NVIDIA GB300"]),
    ("en", "the Instinct MI350 series", ["AMD Instinct MI350"]),
    ("en", "Microsoft and Amazon have Graviton and Cobalt.", ["AWS Graviton", "Microsoft Cobalt"]),
    ("en", "Times are five times those of its predecessor, Sycamore.", ["Google Sycamore"]),
    ("en", "Nvidia's own Grace processor and its successor, Vera", ["NVIDIA Grace", "NVIDIA Vera"]),
    ("en", "Intel Xeon 6980P", ["Intel Xeon 6980P"]),
    ("pt", "TPUs do Google e processadores EPYC", ["Google TPU", "AMD EPYC"]),
    ("pt", "as Unidades de Processamento Tensor do Google", ["Google TPU"]),
    ("es", "los procesadores Snapdragon X con núcleos Oryon", ["Qualcomm Snapdragon X", "Qualcomm Oryon"]),
    ("fr", "des puces Blackwell et 4 000 GPU H100", ["NVIDIA Blackwell", "NVIDIA H100"]),
    ("de", "Instinct-Beschleuniger und H100-Chips", ["AMD Instinct", "NVIDIA H100"]),
    (
        "it",
        "due postazioni con Rtx 6000 Ada e acceleratori MI300X",
        ["NVIDIA RTX 6000 Ada", "AMD Instinct MI300X"],
    ),
    ("zh", "华为昇腾芯片、昇腾910C，英伟达H20放开", ["Huawei Ascend", "Huawei Ascend 910C", "NVIDIA H20"]),
    (
        "ja",
        "エヌビディアのブラックウェルと「GB200 NVL72」、広帯域メモリー",
        ["NVIDIA Blackwell", "NVIDIA GB200 NVL72", "HBM"],
    ),
    ("ko", "엔비디아 블랙웰과 HBM4, 퓨리오사AI 레니게이드", ["NVIDIA Blackwell", "HBM4", "FuriosaAI RNGD"]),
]

UNLISTED = [
    ("en", "AMD showed the MI975X.", ["AMD Instinct MI975X"]),
    ("en", "TPU v19 and Trainium9 and Graviton12", ["Google TPU v19", "AWS Trainium9", "AWS Graviton12"]),
    ("en", "Nvidia's H60 for China, a GB900 NVL144", ["NVIDIA H60", "NVIDIA GB900 NVL144"]),
    ("en", "Broadcom's Tomahawk 9 and HBM7E", ["Broadcom Tomahawk 9", "HBM7E"]),
    ("zh", "昇腾 990 即将发布", ["Huawei Ascend 990"]),
    ("en", "The chip, called Quorra, has 105 qubits.", ["Quorra"]),
    ("en", "It will supply its RNXD inference chips to Seoul. RNXD is small.", ["RNXD"]),
    ("en", "The startup's ZQ7 accelerator", ["ZQ7"]),
    ("pt", "o chip ZQ9 e o acelerador RNXD", ["ZQ9", "RNXD"]),
    ("fr", "ses puces Zorba et le processeur ZQ7", ["Zorba", "ZQ7"]),
    ("de", "ein Chip namens Zorro", ["Zorro"]),
    ("ja", "新しいチップ「ZQ3」を発売", ["ZQ3"]),
    ("zh", "发布芯片“ZQ300”", ["ZQ300"]),
    ("ko", "새 칩 ‘도담1’을 공개", ["도담1"]),
]

NOTHING = [
    ("en", "Grace Kim of Nvidia met Ada Wong in Rome, and AMD opened an office in Milan."),
    (
        "en",
        "The city of Jericho, Aurora in Colorado, the Atlas Mountains, Frontier Airlines and Starling Bank.",
    ),
    ("en", "The Vera Rubin Observatory has a processor farm; Elizabeth Blackwell was a doctor."),
    ("en", "President Maia Sandu spoke with Microsoft."),
    ("en", "Tomahawk missiles and a Trident submarine were ordered."),
    (
        "en",
        "Claude 4 and GPT-5 run on CUDA 12; ASML sells the EXE:5000; 18A, N3 and 2nm processes; PCIe 5.0.",
    ),
    ("en", "GPUs, AI chips, DRAM and memory are scarce; its AI chips and its Chinese chips sell."),
    ("en", "Samsung's Pyeongtaek chip plant, Intel's Ohio chip factory and Nvidia's Huang"),
    ("en", "Ampere Computing makes Ampere processors."),
    ("en", "Turn off the A100 motorway near junction M4."),
    ("en", "the LUMI supercomputer and Frontier in Tennessee"),
    ("de", "Der Stau auf der Autobahn A100 in Berlin, Chips von Intel, KI-Chips, Speicherchips."),
    ("it", "A Milano, Torino e Venezia i chip AI e processori ARM"),
    ("pt", "chips NAND, processadores ARM e a plataforma de GPU"),
    ("es", "Aurora y Gaudí, arquitecto de Barcelona"),
    ("zh", "公司做CPU和DCU，“卡脖子”芯片"),
    ("ja", "半導体は「買い物」ではない"),
    ("ko", "국산 칩이 들어갈 자리는 줄어든다"),
]


def names(text: str, lang: str) -> list[str]:
    return [entity.name for entity in find_chips(text, lang)]


@pytest.mark.parametrize(("lang", "text", "expected"), FOUND + UNLISTED)
def test_named_chips_are_found(lang: str, text: str, expected: list[str]) -> None:
    assert [e.name for e in unique(find_chips(text, lang))] == expected


@pytest.mark.parametrize(("lang", "text"), NOTHING)
def test_what_is_no_chip_is_left(lang: str, text: str) -> None:
    assert names(text, lang) == []


def test_vendor_before_the_chip_belongs_to_the_span() -> None:
    text = "The Nvidia H100 and Google's TPUs."
    assert [e.text for e in find_chips(text, "en")] == ["Nvidia H100", "TPU"]


def test_known_chip_carries_key_kind_and_vendor() -> None:
    (chip,) = find_chips("one H100", "en")
    assert (chip.key, chip.kind, chip.group, chip.confidence) == ("nvidia-h100", "GPU", "nvidia", 1.0)


def test_pattern_and_cue_are_less_certain_and_have_no_key() -> None:
    pattern, cue = find_chips("an MI975X beats its Zorba chips", "en")
    assert pattern.key is None and cue.key is None
    assert 1.0 > pattern.confidence > cue.confidence


def test_context_word_settled_once_holds_for_the_article() -> None:
    text = "AMD's Venice processors are late.\n\nNobody has seen Venice yet."
    assert names(text, "en") == ["AMD EPYC Venice"] * 2


def test_vendor_that_is_a_word_counts_only_with_a_capital() -> None:
    assert names("On the horizon lies Journey, a film.", "en") == []
    assert names("Horizon sells Journey.", "en") == ["Horizon Journey"]


def test_paragraphs_are_not_joined() -> None:
    assert names("He owns an RTX\n\n4090 people came.", "en") == ["NVIDIA GeForce RTX"]


def test_lower_case_word_needs_its_vendor() -> None:
    assert names("nvidia blackwell is out", "en") == ["NVIDIA Blackwell"]
    assert names("the grace of nvidia, a frontier of chips", "en") == []


def test_bare_numbers_after_a_chip_are_counts() -> None:
    assert names("eight H100 and 200 engineers, MI300 and 400 servers", "en") == [
        "NVIDIA H100",
        "AMD Instinct MI300",
    ]


def test_unique_joins_mentions_and_keeps_family_named_first() -> None:
    text = "Snapdragon is a brand. The Snapdragon 8 Gen 2 is sold; the Snapdragon 8 Gen 2 again."
    assert [e.name for e in unique(find_chips(text, "en"))] == [
        "Qualcomm Snapdragon",
        "Qualcomm Snapdragon 8 Gen 2",
    ]


def test_unique_takes_family_as_short_for_what_came_before() -> None:
    text = "AMD Instinct MI250X accelerators run it. AMD Instinct is a trademark. Buyers of Instinct agree."
    (chip,) = unique(find_chips(text, "en"))
    assert chip.name == "AMD Instinct MI250X"
    assert "AMD Instinct" in chip.also


WORDS = st.sampled_from(
    [
        "Nvidia",
        "AMD",
        "Google",
        "H100",
        "H100s",
        "MI350X",
        "355X",
        "TPU",
        "v6",
        "TPUs",
        "Grace",
        "Vera",
        "Rubin",
        "Ampere",
        "Computing",
        "chip",
        "chips",
        "called",
        "Foo",
        "Ascend",
        "910B",
        "910C",
        ",",
        "and",
        "“",
        "”",
        "「",
        "」",
        "昇腾",
        "芯片",
        "블랙웰",
        "칩",
        "ブラックウェル",
        "Xeon",
        "6980P",
        "its",
        "X1",
        "\n\n",
        ".",
        "/",
        "-",
        "İ",
        "ß",
        "\u200b",
        "１００",
        "HBM",
        "4",
    ]
)


@given(
    st.lists(st.tuples(WORDS, st.sampled_from(["", " ", "-"])), max_size=40),
    st.sampled_from(["en", "de", "zh", "ko"]),
)
def test_offsets_hold_and_spans_do_not_overlap(parts: list[tuple[str, str]], lang: str) -> None:
    text = "".join(word + gap for word, gap in parts)
    found = find_chips(text, lang)
    assert all(text[e.start : e.end] == e.text and e.text and e.name for e in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    for entity in find_chips(text, "en"):
        assert isinstance(entity, Entity)
        assert text[entity.start : entity.end] == entity.text
