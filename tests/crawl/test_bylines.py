# ruff: noqa: E501
"""Who wrote it, as pages of the nine languages print it; and who is nobody."""

from __future__ import annotations

import pytest

from spiders.extract import article_from_html

SENTENCE = (
    "The chipmaker said that it would build a further plant beside the one which opened there in spring. "
)


def authors(line: str, markup: str = '<p class="byline">%s</p>') -> tuple[str, ...]:
    text = "".join(f"<p>{SENTENCE * 3}{n}.</p>" for n in range(4))
    html = f"<html><head><title>A plant more</title></head><body><article><h1>A plant more</h1>{markup % line}{text}</article></body></html>"
    return article_from_html(html, "https://paper.example/2026/11/23/plant").authors


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Mia Holt", ("Mia Holt",)),
        ("by Mia Holt and Tom Reyes", ("Mia Holt", "Tom Reyes")),
        ("Von Jana Kühn", ("Jana Kühn",)),
        ("Von Jana Kühn und Ole Brandt, Berlin", ("Jana Kühn", "Ole Brandt")),
        ("Von Ursula von der Heide", ("Ursula von der Heide",)),
        ("Par Élodie Marchand", ("Élodie Marchand",)),
        ("Par Élodie Marchand et Luc Daniel", ("Élodie Marchand", "Luc Daniel")),
        ("Por Marta Ríos", ("Marta Ríos",)),
        ("Por Marta Ríos y Juan Pardo", ("Marta Ríos", "Juan Pardo")),
        ("Por João Prado e Ana Dias", ("João Prado", "Ana Dias")),
        ("di Paola Conti", ("Paola Conti",)),
        ("di Paola Conti e Aldo Neri", ("Paola Conti", "Aldo Neri")),
        ("A cura di Paola Conti", ("Paola Conti",)),
        ("文＝山田花子", ("山田花子",)),
        ("文：山田花子", ("山田花子",)),
        ("記者 山田花子", ("山田花子",)),
        ("山田花子記者", ("山田花子",)),
        ("山田花子（編集部）", ("山田花子",)),
        ("记者 王小明", ("王小明",)),
        ("记者：王小明", ("王小明",)),
        ("作者：王小明", ("王小明",)),
        ("编辑：李华", ("李华",)),
        ("记者王小明", ("王小明",)),
        ("作者：王小明 编辑：李华", ("王小明", "李华")),
        ("文/王小明", ("王小明",)),
        ("来源：日报 作者：王小明", ("王小明",)),
        ("記者陳大文／台北報導", ("陳大文",)),
        ("김민수 기자", ("김민수",)),
        ("기자 김민수", ("김민수",)),
        ("김민수 기자 minsu@paper.example", ("김민수",)),
        ("글 김민수 기자", ("김민수",)),
    ],
)  # fmt: skip
def test_bylines(line: str, names: tuple[str, ...]) -> None:
    assert authors(line) == names


@pytest.mark.parametrize(
    "line",
    [
        "Redaktion",
        "编辑部",
        "編集部",
        "디지털뉴스팀",
        "Von Redaktion",
        "La rédaction",
        "Redazione",
        "admin",
        "https://paper.example/me",
    ],
)
def test_nobody_wrote_it(line: str) -> None:
    assert authors(line) == ()


@pytest.mark.parametrize(
    ("markup", "name"),
    [
        ('<a rel="author" href="/m">%s</a>', "Mia Holt"),
        ('<span itemprop="author">%s</span>', "Mia Holt"),
        ('<meta name="author" content="%s">', "Mia Holt"),
        ('<script type="application/ld+json">{"@type": "NewsArticle", "headline": "A plant more", "author": {"@type": "Person", "name": "%s"}}</script>', "Mia Holt"),
    ],
)  # fmt: skip
def test_where_names_stand(markup: str, name: str) -> None:
    assert authors(name, markup) == (name,)
