"""Pages that say with status 200 that nothing is there, and show other stories instead."""

from __future__ import annotations

import pytest

from spiders.extract import NotAnArticle, article_from_html

CARD = (
    "<div class=card><h3>Story {0} about chips and those who make them</h3><p>The chipmaker said on Monday that plant {0} would be "
    "built beside the one which opened there in spring, and that some four hundred people are to work in it.</p></div>"
)


def page(title: str, heading: str | None = None) -> str:
    cards = "".join(CARD.format(number) for number in range(14))
    sorry = "<p>Perhaps one of these is what you are looking for. The editors chose them for you this morning.</p>"
    return f"<html><head><title>{title}</title></head><body><main><h1>{heading or title}</h1>{sorry}{cards}</main></body></html>"


@pytest.mark.parametrize(
    "title",
    [
        "Page not found",
        "404 – Page Not Found | The Paper",
        "Error 404",
        "404",
        "404: This page can’t be found",
        "Seite nicht gefunden",
        "Fehler 404 - Seite nicht gefunden",
        "Page introuvable",
        "Página no encontrada",
        "Erro 404: página não encontrada",
        "Pagina non trovata",
        "404错误 页面不存在",
        "找不到頁面",
        "お探しのページは見つかりませんでした",
        "페이지를 찾을 수 없습니다.",
    ],
)
def test_nothing_is_there_however_much_else_is_shown(title: str) -> None:
    with pytest.raises(NotAnArticle) as caught:
        article_from_html(page(title), "https://paper.example/2026/11/23/story")
    assert caught.value.outcome == "soft_404"


@pytest.mark.parametrize(
    "title",
    [
        "Page not found: how dead links cost the chip trade a billion",
        "404 Media raises ten million dollars",
        "Chipmaker's missing billions not found",
        "Fehler 404: Warum Chips aus Dresden fehlen",
        "找不到页面的人：芯片之城的故事",
    ],
)
def test_articles_about_it_are_articles(title: str) -> None:
    assert article_from_html(page(title), "https://paper.example/2026/11/23/story").title == title
