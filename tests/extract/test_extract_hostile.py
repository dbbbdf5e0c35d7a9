"""Bytes that lie, pages that break, walls in an article's place."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.types import RawPage
from spiders.extract import NotAnArticle, article_from_html, extract_article
from spiders.extract.charset import to_utf8

URL = "https://news.example.com/a"
FETCHED = datetime(2026, 11, 23, 12, tzinfo=UTC)
JA = "半導体メーカーのハルボルは三日、クラウド事業者に今後二年間で四万個の演算用半導体を供給すると発表した。受注額は約十八億ドル。"
ZH = "芯片制造商周二宣布，将在未来两年内向云计算运营商供应四万颗加速芯片，订单金额约为十八亿美元，其中包括机架和网络设备。"
KO = "반도체 업체가 앞으로 2년간 클라우드 사업자에 가속기 4만 개를 공급한다고 밝혔다. 주문 금액은 약 18억 달러라고 설명했다."
DE = "Der Hersteller „Halvor“ liefert für rund 1,8 Milliarden € vierzigtausend Beschleuniger, größtenteils über München."
RU = "Компания объявила, что поставит сорок тысяч ускорителей оператору центров обработки данных в течение двух лет."


def html(body: str, head: str = "") -> str:
    return f"<html><head><title>Sample headline of a page</title>{head}</head><body><article>{body}</article></body></html>"


def raw(body: bytes, *, status: int = 200, content_type: str | None = "text/html") -> RawPage:
    headers = (("Content-Type", content_type),) if content_type else ()
    return RawPage(URL, URL, FETCHED, status, headers, body, "sample")


@pytest.mark.parametrize(
    ("text", "encoding", "declared"),
    [
        (JA, "shift_jis", "text/html; charset=Shift_JIS"),
        (JA, "euc_jp", "text/html; charset=iso-8859-1"),
        (JA, "iso2022_jp", "text/html; charset=iso-2022-jp"),
        (JA, "shift_jis", None),
        (ZH, "gbk", "text/html; charset=gb2312"),
        (ZH, "gbk", "text/html; charset=utf-8"),
        (ZH, "gb18030", None),
        (KO, "euc_kr", "text/html; charset=euc-kr"),
        (KO, "euc_kr", "text/html; charset=windows-1252"),
        (DE, "windows-1252", "text/html; charset=iso-8859-1"),
        (DE, "windows-1252", "text/html; charset=utf-8"),
        (DE, "utf-8", "text/html; charset=iso-8859-1"),
        (DE, "utf-16", None),
        (RU, "windows-1251", "text/html; charset=windows-1251"),
        (RU, "utf-8", "text/html; charset=windows-1251"),
        (DE, "utf-8", "text/html; charset=no-such-charset"),
    ],
)
def test_charset_lies(text: str, encoding: str, declared: str | None) -> None:
    body = html(f"<h1>Sample headline of a page</h1><p>{text}</p><p>{text[::-1]}.</p>").encode(encoding)
    assert extract_article(raw(body, content_type=declared)).text.split("\n\n")[0] == text


def test_meta_charset_where_the_header_is_silent() -> None:
    body = html(f"<p>{JA}</p><p>{JA}</p>", '<meta charset="Shift_JIS">').encode("cp932")
    assert extract_article(raw(body)).text == JA


def test_twice_encoded_utf8_is_undone() -> None:
    text = "The company’s “largest” order — so far — isn’t final, it’s said, and the café’s closed for good this week."
    broken = "".join(bytes([n]).decode("cp1252", "ignore") or chr(n) for n in text.encode())
    assert article_from_html(html(f"<p>{broken}</p>"), URL).text == text


def test_invisible_and_control_characters_vanish() -> None:
    dirty = "The order\u202e of\x00 forty\u200b thou\u00adsand\x07 units\u2066 was\ufeff signed\x85 in Leeds"
    dirty += " on\u00a0Tuesday, the company said in a statement."
    text = article_from_html(html(f"<p>{dirty}</p>"), URL).text
    assert (
        text
        == "The order of forty thousand units was signed in Leeds on Tuesday, the company said in a statement."
    )


def test_lone_surrogates_do_not_break() -> None:
    text = article_from_html(
        html(
            "<p>The order \ud800was signed in Leeds on Tuesday, the company said in a long statement to us.</p>"
        ),
        URL,
    ).text
    assert "was signed in Leeds" in text
    text.encode("utf-8")


@pytest.mark.parametrize("depth", [500, 5_000, 100_000])
def test_deep_nesting_is_survived(depth: int) -> None:
    first = "A first paragraph that is long enough to be taken for the article's text, with a comma and a full stop."
    body = f"<p>{first}</p>" + "<div>" * depth + "<p>deep</p>" + "</div>" * depth
    assert article_from_html(html(body), URL).text.startswith(first)


def test_sizes_are_bounded() -> None:
    with pytest.raises(NotAnArticle) as caught:
        extract_article(raw(b"<p>" + b"a" * 10_000_001))
    assert caught.value.outcome == "too_large"
    with pytest.raises(NotAnArticle) as caught:
        extract_article(raw(b"<b>" * 500_000))
    assert caught.value.outcome == "too_large"


def test_not_html() -> None:
    with pytest.raises(NotAnArticle) as caught:
        extract_article(raw(b"%PDF-1.7", content_type="application/pdf"))
    assert caught.value.outcome == "not_html"


@pytest.mark.parametrize("body", [b"", b" ", b"\x00\x00", b"<", b"<html>", b"\xff\xfe"])
def test_nothing_there(body: bytes) -> None:
    with pytest.raises(NotAnArticle) as caught:
        extract_article(raw(body))
    assert caught.value.outcome in ("no_text", "broken")


@given(
    st.binary(max_size=2_000),
    st.sampled_from([None, "text/html; charset=utf-16", "text/html; charset=gbk", "text/html"]),
)
@settings(max_examples=150, deadline=None)
def test_any_bytes_end_in_an_article_or_an_outcome(body: bytes, content_type: str | None) -> None:
    to_utf8(body, content_type).decode("utf-8")
    try:
        extract_article(raw(b"<p>" + body, content_type=content_type))
    except NotAnArticle as reason:
        assert reason.outcome in ("no_text", "broken", "wall", "soft_404")


WALLS = {
    "cloudflare": (
        403,
        "<html><head><title>Just a moment...</title></head><body><h1>news.example.com</h1><p>Checking your browser before "
        'accessing the site.</p><script src="/cdn-cgi/challenge-platform/h/b.js"></script></body></html>',
    ),
    "cloudflare with status 200": (
        200,
        '<html><head><title>Attention Required! | Cloudflare</title></head><body><div id="cf-error-details"><p>Please complete '
        "the security check to access this site.</p></div></body></html>",
    ),
    "datadome": (
        403,
        "<html><head><title>news.example.com</title></head><body><script>var dd={'rt':'c'}</script>"
        '<script src="https://ct.captcha-delivery.com/c.js"></script></body></html>',
    ),
    "perimeterx": (
        200,
        '<html><head><title>Access to this page has been denied</title></head><body><div id="px-captcha"></div>'
        "<p>Press &amp; Hold to confirm you are a human (and not a bot).</p></body></html>",
    ),
    "202": (202, "<html><head><title></title></head><body><script>let x=1</script></body></html>"),
    "javascript": (
        200,
        "<html><body><div id=app></div><p>You need to enable JavaScript to run this app.</p></body></html>",
    ),
    "javascript de": (
        200,
        "<html><body><p>Bitte aktivieren Sie JavaScript in Ihrem Browser, um diese Seite zu sehen.</p></body></html>",
    ),
    "consent": (
        200,
        "<html><head><title>Before you continue</title></head><body><h1>Before you continue</h1><p>We and our partners use "
        "cookies and similar technologies to measure audiences.</p><button>Accept all</button></body></html>",
    ),
    "consent de": (
        200,
        "<html><head><title>Zustimmung</title></head><body><p>Wir und unsere Partner verwenden auf dieser Seite Cookies.</p>"
        "<p>Mit Werbung weiterlesen oder das Pur-Abo abschließen.</p></body></html>",
    ),
    "login": (
        200,
        "<html><head><title>Log in to continue</title></head><body><p>Please log in or register to read on.</p></body></html>",
    ),
    "captcha fr": (
        200,
        "<html><head><title>Vérification de sécurité</title></head><body><p>Êtes-vous un robot ?</p></body></html>",
    ),
    "captcha es": (
        200,
        "<html><head><title>Un momento</title></head><body><p>Verifica que eres humano para seguir.</p></body></html>",
    ),
    "captcha it": (
        200,
        "<html><head><title>Controllo</title></head><body><p>Non sono un robot</p></body></html>",
    ),
    "captcha pt": (
        200,
        "<html><head><title>Aguarde</title></head><body><p>Confirme que você não é um robô.</p></body></html>",
    ),
    "captcha zh": (
        200,
        "<html><head><title>安全验证</title></head><body><p>请完成安全验证后继续访问。</p></body></html>",
    ),
    "captcha ja": (
        200,
        "<html><head><title>確認</title></head><body><p>私はロボットではありません</p></body></html>",
    ),
    "captcha ko": (
        200,
        "<html><head><title>보안 확인</title></head><body><p>로봇이 아닙니다</p></body></html>",
    ),
    "paywall": (
        200,
        "<html><head><title>Halvor to supply Brightmoor</title></head><body><article><h1>Halvor to supply Brightmoor</h1>"
        "<p>Halvor Systems said on Tuesday that it would supply accelerators to the operator…</p></article>"
        '<div class="gate"><p>Subscribe to continue reading</p><p>Already a subscriber? Sign in</p></div></body></html>',
    ),
    "paywall ja": (
        200,
        "<html><head><title>ハルボルが供給</title></head><body><article><h1>ハルボルが供給</h1><p>半導体メーカーのハルボルは三日、"
        "クラウド事業者に半導体を供給すると発表…</p><p>この記事は有料会員限定です。残り800文字</p></article></body></html>",
    ),
}


@pytest.mark.parametrize("name", WALLS)
def test_walls(name: str) -> None:
    status, page = WALLS[name]
    with pytest.raises(NotAnArticle) as caught:
        extract_article(raw(page.encode(), status=status, content_type="text/html; charset=utf-8"))
    assert caught.value.outcome == "wall", caught.value.detail


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Page not found", "Sorry, the page you were looking for does not exist."),
        ("404", "Nothing here."),
        ("Seite nicht gefunden", "Die gewünschte Seite existiert nicht mehr."),
        ("Página no encontrada", "El contenido que busca ya no existe."),
        ("Página não encontrada", "A notícia foi removida."),
        ("Page introuvable", "Cette page n'existe plus."),
        ("Pagina non trovata", "Il contenuto non è più disponibile."),
        ("页面不存在", "您访问的页面不存在或已删除。"),
        ("お探しのページは見つかりません", "記事は削除された可能性があります。"),
        ("페이지를 찾을 수 없습니다", "요청하신 기사가 삭제되었습니다."),
    ],
)
def test_soft_404(title: str, text: str) -> None:
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>"
    with pytest.raises(NotAnArticle) as caught:
        article_from_html(page, URL)
    assert caught.value.outcome == "soft_404", caught.value.detail


def test_an_article_about_walls_is_an_article() -> None:
    body = "".join(
        f"<p>{text}</p>"
        for text in (
            "Are you a robot? The question has become the most frequent one on the web, and it is asked by machines.",
            "Sites that say “please enable JavaScript” or “page not found” lose one reader in five, a study says.",
            "Publishers who ask people to subscribe to continue reading gain little, the authors of the study found.",
            "They looked at four hundred sites over three years and counted every captcha that was shown to readers.",
            "The study was paid for by a maker of chips, which sells accelerators that solve captchas in milliseconds.",
        )
    )
    page = html(
        f"<h1>Are you human? The end of the captcha</h1>{body}",
        '<script src="https://www.google.com/recaptcha/api.js"></script>',
    )
    assert len(article_from_html(page, URL).text.split("\n\n")) == 5


def test_a_short_report_is_an_article() -> None:
    text = "Halvor Systems has signed an order worth $1.8 billion with Brightmoor, both companies said on Tuesday."
    assert article_from_html(html(f"<h1>Sample headline of a page</h1><p>{text}</p>"), URL).text == text


def test_article_keeps_page_and_source() -> None:
    page = replace(
        raw(html(f"<p>{DE}</p><p>{DE[::-1]}.</p>").encode()),
        url="https://news.example.com/r?utm_source=x",
        final_url=URL,
    )
    article = extract_article(page)
    assert (article.url, article.canonical_url, article.source) == (page.url, URL, "sample")
    assert article.id == extract_article(raw(page.body)).id
