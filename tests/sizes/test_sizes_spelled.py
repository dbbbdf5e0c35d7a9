"""Numbers spelled out by this file's own spellers read back."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.sizes import find_amounts

EN = (
    "zero one two three four five six seven eight nine "
    "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
)
DE = (
    "null ein zwei drei vier fünf sechs sieben acht neun "
    "zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn"
)
FR = (
    "zéro un deux trois quatre cinq six sept huit neuf "
    "dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf"
)
PT = (
    "zero um dois três quatro cinco seis sete oito nove "
    "dez onze doze treze catorze quinze dezesseis dezessete dezoito dezenove"
)
ES = (
    "cero un dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis "
    "diecisiete dieciocho diecinueve veinte veintiún veintidós veintitrés veinticuatro "
    "veinticinco veintiséis veintisiete veintiocho veintinueve"
)
IT = (
    "zero un due tre quattro cinque sei sette otto nove "
    "dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove"
)


def english(n: int) -> str:
    if n < 20:
        return EN.split()[n]
    if n < 100:
        tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"][n // 10 - 2]
        return tens + (f"-{english(n % 10)}" if n % 10 else "")
    if n < 1000:
        return f"{english(n // 100)} hundred" + (f" and {english(n % 100)}" if n % 100 else "")
    return f"{english(n // 1000)} thousand" + (f" {english(n % 1000)}" if n % 1000 else "")


def german(n: int) -> str:
    if n < 20:
        return DE.split()[n]
    if n < 100:
        tens = ["zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"][
            n // 10 - 2
        ]
        return (f"{german(n % 10)}und" if n % 10 else "") + tens
    if n < 1000:
        return f"{german(n // 100)}hundert" + (german(n % 100) if n % 100 else "")
    return f"{german(n // 1000)}tausend" + (german(n % 1000) if n % 1000 else "")


def french(n: int) -> str:
    if n < 20:
        return FR.split()[n]
    if n < 100:
        tens = [
            "vingt",
            "trente",
            "quarante",
            "cinquante",
            "soixante",
            "soixante",
            "quatre-vingt",
            "quatre-vingt",
        ][n // 10 - 2]
        rest = n - {70: 60, 90: 80}.get(n // 10 * 10, n // 10 * 10)
        if not rest:
            return tens
        return f"{tens} et {french(rest)}" if rest in (1, 11) and n < 80 else f"{tens}-{french(rest)}"
    if n < 1000:
        head = "cent" if n < 200 else f"{french(n // 100)} cent"
        return head + (f" {french(n % 100)}" if n % 100 else "")
    head = "mille" if n < 2000 else f"{french(n // 1000)} mille"
    return head + (f" {french(n % 1000)}" if n % 1000 else "")


def portuguese(n: int) -> str:
    if n < 20:
        return PT.split()[n]
    if n < 100:
        tens = ["vinte", "trinta", "quarenta", "cinquenta", "sessenta", "setenta", "oitenta", "noventa"][
            n // 10 - 2
        ]
        return tens + (f" e {portuguese(n % 10)}" if n % 10 else "")
    if n == 100:
        return "cem"
    if n < 1000:
        names = "cento duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos novecentos"
        return names.split()[n // 100 - 1] + (f" e {portuguese(n % 100)}" if n % 100 else "")
    head = "mil" if n < 2000 else f"{portuguese(n // 1000)} mil"
    return head + (f" e {portuguese(n % 1000)}" if n % 1000 else "")


def spanish(n: int) -> str:
    if n < 30:
        return ES.split()[n]
    if n < 100:
        tens = ["treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"][n // 10 - 3]
        return tens + (f" y {spanish(n % 10)}" if n % 10 else "")
    if n == 100:
        return "cien"
    if n < 1000:
        names = (
            "ciento doscientos trescientos cuatrocientos "
            "quinientos seiscientos setecientos ochocientos novecientos"
        )
        return names.split()[n // 100 - 1] + (f" {spanish(n % 100)}" if n % 100 else "")
    head = "mil" if n < 2000 else f"{spanish(n // 1000)} mil"
    return head + (f" {spanish(n % 1000)}" if n % 1000 else "")


def italian(n: int) -> str:
    if n < 20:
        return IT.split()[n]
    if n < 100:
        tens = ["venti", "trenta", "quaranta", "cinquanta", "sessanta", "settanta", "ottanta", "novanta"][
            n // 10 - 2
        ]
        return (tens[:-1] if n % 10 in (1, 8) else tens) + (italian(n % 10) if n % 10 else "")
    if n < 1000:
        head = "cento" if n < 200 else f"{italian(n // 100)}cento"
        return head + (italian(n % 100) if n % 100 else "")
    head = "mille" if n < 2000 else f"{italian(n // 1000)}mila"
    return head + (italian(n % 1000) if n % 1000 else "")


def chinese(n: int) -> str:
    if n >= 10_000:
        return (
            chinese(n // 10_000)
            + "万"
            + ("零" if 0 < n % 10_000 < 1000 else "")
            + (chinese(n % 10_000) if n % 10_000 else "")
        )
    digits, out, gap = "零一二三四五六七八九", "", False
    for place, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = n // place % 10
        if digit:
            out += ("零" if gap and out else "") + digits[digit] + unit
            gap = False
        else:
            gap = True
    return out


CASES: list[tuple[str, Callable[[int], str], str]] = [
    ("en", english, " million dollars"),
    ("de", german, " Millionen Dollar"),
    ("fr", french, " millions de dollars"),
    ("pt", portuguese, " milhões de dólares"),
    ("es", spanish, " millones de dólares"),
    ("it", italian, " milioni di dollari"),
]


@pytest.mark.parametrize(("lang", "speller", "unit"), CASES, ids=[case[0] for case in CASES])
@given(n=st.integers(2, 999_999))
def test_spelled_millions(lang: str, speller: Callable[[int], str], unit: str, n: int) -> None:
    text = speller(n) + unit
    amounts = find_amounts(text, lang)
    assert [(a.kind, a.unit, a.min, a.max) for a in amounts] == [
        ("money", "USD", Decimal(n) * 10**6, Decimal(n) * 10**6)
    ], text


@pytest.mark.parametrize(("lang", "unit"), [("zh", "亿美元"), ("ja", "億ドル")])
@given(n=st.integers(1, 9999))
def test_native_numerals(lang: str, unit: str, n: int) -> None:
    text = (chinese(n) if lang == "zh" else chinese(n).replace("零", "")) + unit
    amounts = find_amounts(text, lang)
    assert [(a.kind, a.unit, a.min) for a in amounts] == [("money", "USD", Decimal(n) * 10**8)], text


@given(n=st.integers(1, 9999), m=st.integers(0, 9999), lang=st.sampled_from(["zh", "ja", "ko"]))
def test_mixed_numerals(n: int, m: int, lang: str) -> None:
    large, small, unit = {"zh": ("亿", "万", "美元"), "ja": ("億", "万", "ドル"), "ko": ("억", "만", "달러")}[
        lang
    ]
    text = f"{n}{large}" + (f"{m}{small}" if m else "") + unit
    value = Decimal(n) * 10**8 + Decimal(m) * 10**4
    assert [(a.kind, a.unit, a.min) for a in find_amounts(text, lang)] == [("money", "USD", value)], text


@pytest.mark.parametrize(
    "text", ["GPU를 대량으로 사들이기로 했다", "서버를 늘리기로 한 반도체 회사", "칩을 들이기 전"]
)
def test_no_korean_numeral_begins_inside_a_word(text: str) -> None:
    assert find_amounts(text, "ko") == []


@pytest.mark.parametrize("text", ["삼천억원", "총 삼천억원", "약 삼천억원", "미래에 삼천억원"])
def test_korean_numerals_after_bounds_and_spaces(text: str) -> None:
    assert [(a.unit, a.min) for a in find_amounts(text, "ko")] == [("KRW", Decimal(3000) * 10**8)], text
