# ruff: noqa: E501
"""What the hostile web lists, from the request to the stored article; what is lost is counted, memory stays bounded."""

from __future__ import annotations

import gzip
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from badserver import BadServer, Call, page, redirect, rss
from crawl_help import Crawl, outcome, test_settings

import spiders.crawl
from flows.run import ingest
from flows.summary import Summary
from pipeline.store import Store
from pipeline.types import Article
from pipeline.urls import canonical_url

JA = "半導体メーカーのハルボルは三日、クラウド事業者に今後二年間で四万個の演算用半導体を供給すると発表した。受注額は約十八億ドル。"
ZH = "芯片制造商周二宣布，将在未来两年内向云计算运营商供应四万颗加速芯片，订单金额约为十八亿美元，其中包括机架和网络设备。"
KO = "반도체 업체가 앞으로 2년간 클라우드 사업자에 가속기 4만 개를 공급한다고 밝혔다. 주문 금액은 약 18억 달러라고 설명했다."
DE = "Der Hersteller „Halvor“ liefert für rund 1,8 Milliarden € vierzigtausend Beschleuniger, größtenteils über München."
EN = (
    "The chipmaker will build a further plant beside the one which opened there in spring, it said on Monday."
)

Read = Callable[..., Summary]


@pytest.fixture
def read(store: Store, tmp_path: Path) -> Read:
    """``read(server, paths)``: one whole run of a feed of these paths; ``given`` are keys of the source file."""

    def do(server: BadServer, paths: list[str], *, listed: int | None = None, **given: str) -> Summary:
        server.routes["/feed"] = lambda call: call.answer(rss(paths, base=server.url), kind="text/xml")
        server.routes.setdefault("/robots.txt", lambda call: call.answer(b"", 404))
        folder = tmp_path / "sources"
        folder.mkdir(exist_ok=True)
        more = "".join(f"{name}: {value}\n" for name, value in given.items())
        (folder / "site.yml").write_text(
            f"id: site\nname: S\nlanguage: en\nkind: feed\nurls: [{server.url}/feed]\n{more}"
        )
        settings = test_settings(tmp_path, sources_dir=folder, workers=1, allow_private=(server.netloc,))
        summary = ingest(store, settings)
        assert not summary.failed, summary.failed
        assert summary.listed == (len(paths) if listed is None else listed)
        return summary

    return do


def story(store: Store, url: str) -> Article:
    article = store.articles.by_url(canonical_url(url))
    assert article is not None, f"no article of {url}: {outcome(store, url)}"
    return article


def html(text: str, head: str = "", title: str = "A plant more") -> str:
    return f"<html><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1><p>{text}</p><p>{text[::-1]}</p></article></body></html>"


def sent(body: bytes, kind: str) -> Callable[[Call], None]:
    return lambda call: call.answer(body, kind=kind)


LIES = {
    "/sjis-as-utf-8": (JA, "shift_jis", "text/html; charset=utf-8"),
    "/euc-as-latin": (JA, "euc_jp", "text/html; charset=iso-8859-1"),
    "/jis-unsaid": (JA, "iso2022_jp", "text/html"),
    "/gbk-as-utf-8": (ZH, "gbk", "text/html; charset=utf-8"),
    "/gb18030-unsaid": (ZH, "gb18030", "text/html"),
    "/big5-as-gb": (unicodedata.normalize("NFC", "晶片製造商週二宣布，將在未來兩年內向雲端營運商供應四萬顆加速晶片，訂單金額約為十八億美元。"), "big5", "text/html; charset=gb2312"),
    "/euckr-as-1252": (KO, "euc_kr", "text/html; charset=windows-1252"),
    "/1252-as-utf-8": (DE, "windows-1252", "text/html; charset=utf-8"),
    "/utf-8-as-latin": (DE, "utf-8", "text/html; charset=iso-8859-1"),
    "/utf-16-unsaid": (DE, "utf-16", "text/html"),
    "/utf-8-as-utf-16": (DE, "utf-8", "text/html; charset=utf-16"),
    "/utf-8-as-utf-7": (DE, "utf-8", "text/html; charset=utf-7"),
    "/utf-8-as-klingon": (DE, "utf-8", "text/html; charset=klingon"),
}  # fmt: skip


def test_every_charset_lie_is_seen_through(read: Read, store: Store) -> None:
    with BadServer() as server:
        for path, (text, encoding, kind) in LIES.items():
            server.routes[path] = sent(html(text).encode(encoding), kind)
        read(server, list(LIES))
        found = {path: story(store, server.url + path).text.split("\n\n")[0] for path in LIES}
        assert found == {path: text for path, (text, _, _) in LIES.items()}


def test_nul_bidi_control_characters_and_broken_surrogates_are_not_kept(read: Read, store: Store) -> None:
    dirty = (
        EN.replace("plant", "pl\x00ant")
        .replace("spring", "\u202espring\u202c")
        .replace("said", "sa\u200bid\x07\x1b")
    )
    surrogates = EN.encode().replace(b"Monday", b"Mon\xed\xa0\x80day")
    title = "Title \u2067with\u2069 marks \x01"
    with BadServer() as server:
        server.routes |= {
            "/characters": html(dirty, title=title).encode(),
            "/references": html(EN.replace("plant", "pl&#0;ant&#xD800;&#x202E;&#65535;")).encode(),
            "/surrogates": html("%").encode().replace(b"%", surrogates),
        }
        read(server, ["/characters", "/references", "/surrogates"])
        for path in ("/characters", "/references", "/surrogates"):
            article = story(store, server.url + path)
            kept = article.title + article.text
            assert not [
                c for c in kept if c != "\n" and unicodedata.category(c) in ("Cc", "Cs", "Cf", "Cn")
            ], path
        assert story(store, f"{server.url}/characters").text.startswith(EN)
        assert story(store, f"{server.url}/characters").title == "Title with marks"


def test_walls_and_soft_404_are_outcomes_and_no_articles(read: Read, store: Store) -> None:
    def cookie_wall(call: Call) -> None:
        if "consent=yes" in call.headers.get("cookie", ""):
            call.answer(html(EN).encode())
        else:
            call.answer(b"", 302, Location=call.path, Set_Cookie="consent=yes")

    said = {
        "/soft-404": ("Page not found", "Sorry, the page you were looking for does not exist."),
        "/soft-404-de": ("Seite nicht gefunden", "Die gewünschte Seite existiert nicht mehr."),
        "/soft-404-ja": ("お探しのページは見つかりません", "記事は削除された可能性があります。"),
    }
    walls = {
        "/consent": ("Before you continue", "We and our 812 partners use cookies. Accept all cookies or manage your choices."),
        "/captcha": ("Just a moment", "Verify that you are not a robot."),
        "/script": ("News", "Please enable JavaScript to read this page."),
        "/login": ("Sign in", "Sign in to continue reading. Forgot your password?"),
    }  # fmt: skip
    with BadServer() as server:
        for path, (title, text) in (said | walls).items():
            server.routes[path] = html(text, title=title).replace(f"<p>{text[::-1]}</p>", "").encode()
        server.routes |= {"/cookie": cookie_wall, "/to-home": redirect("/"), "/": page("Front")}
        found = read(server, [*said, *walls, "/cookie", "/to-home"]).outcomes["site"]
        assert found == {"gone": len(said) + 1, "wall": len(walls), "redirect_loop": 1}
        assert store.articles.ids() == []

    with BadServer({"/cookie": cookie_wall}) as server:
        read(server, ["/cookie"], cookies="true")
        assert story(store, f"{server.url}/cookie").text.startswith(EN)


def test_session_ids_and_tracking_parameters_make_no_second_page(read: Read, store: Store) -> None:
    ways = [
        "/a?id=7", "/a?utm_source=x&id=7", "/a?id=7&fbclid=IwAR0", "/a?PHPSESSID=0123456789abcdef0123456789abcdef&id=7",
        "/a;jsessionid=0A1B2C3D?id=7", "/a?id=7&sid=0123456789abcdef0123", "/a?id=7#top", "/./x/../a?id=7&gclid=1&mc_eid=2",
    ]  # fmt: skip
    with BadServer({"*": html(EN).encode()}) as server:
        server.routes["/robots.txt"] = b""
        read(server, ways, listed=1)
        assert sum(path not in ("/feed", "/robots.txt") for path in server.hits) == 1


def test_an_edit_is_a_revision_of_the_same_article_and_last_modified_is_asked_with(
    read: Read, store: Store
) -> None:
    import psycopg

    when = "Mon, 23 Nov 2026 08:00:00 GMT"

    def dated(call: Call) -> None:
        if call.headers.get("if-modified-since") == when:
            call.answer(status=304)
        else:
            call.answer(html(EN, title="Dated").encode(), Last_Modified=when)

    with BadServer({"/edited": html(EN).encode(), "/dated": dated}) as server:
        assert read(server, ["/edited", "/dated"]).totals.keys() <= {"new", "not_relevant"}
        first = story(store, f"{server.url}/edited")
        with psycopg.connect(store.url) as conn:
            for table, columns in (
                ("page", ("first_seen", "last_fetched")),
                ("feed", ("fetched_at", "changed_at")),
            ):
                for column in columns:
                    conn.execute(f"UPDATE chipwire.{table} SET {column} = {column} - interval '5 hours'")  # type: ignore[arg-type]
        server.routes["/edited"] = html(EN.replace("Monday", "Tuesday")).encode()
        read(server, ["/edited", "/dated"])
        edited = story(store, f"{server.url}/edited")
        assert edited.id == first.id
        assert "Tuesday" in edited.text
        assert [one.text for one in store.articles.revisions(first.id)] == [first.text]
        assert [call.headers.get("if-modified-since") for call in server.calls if call.path == "/dated"] == [
            None,
            when,
        ]


def test_a_calendar_without_end_is_left_after_as_many_pages_as_allowed(crawl: Crawl) -> None:
    def day(call: Call) -> None:
        n = int(call.path.rpartition("=")[2] or 0) if "day=" in call.path else 0
        links = f'<a href="/events/{n}">event</a><a href="/events/{n}/events/{n}/events/{n}">deeper</a>'
        call.answer(f'<body>{links}<a rel="next" href="/calendar?day={n + 1}">tomorrow</a></body>'.encode())

    with BadServer(
        {"*": page(), "/calendar": day, "/robots.txt": lambda call: call.answer(b"", 404)}
    ) as server:

        def look(pages: int) -> dict[str, int]:
            server.calls.clear()
            found = crawl(
                f"{server.url}/calendar", kind="listing", allow=(server.netloc,), allow_=("/events/",), id="calendar",
                limits={"listing_pages": 15, "pages": pages, "retries": 0},
            )  # fmt: skip
            return dict(found.outcomes)

        assert look(20) == {"fetched": 20, "too_many": 2}
        assert sum(path.startswith("/calendar") for path in server.hits) == 11, (
            "no further once nothing more may be fetched"
        )
        assert look(500) == {"known": 20, "fetched": 10}
        assert sum(path.startswith("/calendar") for path in server.hits) == 15
        assert max(server.hits.values()) == 1


def test_addresses_of_a_megabyte_and_of_other_schemes_are_counted(crawl: Crawl, crawl_store: Store) -> None:
    long = "a" * 1_000_000
    with BadServer({"*": page()}) as server:
        server.routes |= {
            "/robots.txt": lambda call: call.answer(b"", 404),
            "/to-long": redirect(f"/{long}"),
            "/feed": lambda call: call.answer(
                rss([f"{server.url}/{long}", "file:///etc/passwd", "data:text/html,x", "gopher://x.example/", f"http://me:pw@{server.netloc}/x",
                     f"{server.url}/to-long"]),
                kind="text/xml",
            ),
        }  # fmt: skip
        result = crawl(f"{server.url}/feed", allow=(server.netloc,))
        assert result.outcomes["bad_url"] == 5
        assert sum(result.outcomes.values()) == 6
        assert outcome(crawl_store, f"{server.url}/to-long") in ("bad_url", "too_large", "connection_error")
        assert all(len(call.path) < 10_000 for call in server.calls)


def test_memory_stays_bounded_whatever_is_sent(
    crawl: Crawl, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def endless(call: Call) -> None:
        call.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        for _ in range(3_000):
            call.send(b"endless " * 8_000)

    def huge_robots(call: Call) -> None:
        call.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nUser-agent: *\n")
        for _ in range(1_600):
            call.send(b"Disallow: /x/\n" * 4_700)

    monkeypatch.setenv("CHIPWIRE_TEST_MEMORY", str(tmp_path / "memory"))
    worker = Path(__file__).with_name("measured_worker.py")
    monkeypatch.setattr(spiders.crawl, "WORKER", (sys.executable, str(worker)))
    with BadServer({"/plain": page(), "/robots.txt": huge_robots}) as server:

        def held(*paths: str, kind: str) -> float:
            result = crawl(
                *(server.url + path for path in paths), kind=kind, allow=(server.netloc,), id=f"memory-{kind}",
                limits={"retries": 0, "entries": 10_000_000, "pages": 50},
            )  # fmt: skip
            assert sum(result.outcomes.values()) == result.listed
            return int((tmp_path / "memory").read_text()) / 1_000

        usual = held("/plain", kind="pages")
        bomb = gzip.compress(bytes(300_000_000), 1)
        entry = f"<url><loc>{server.url}/story/%d</loc></url>"
        block = gzip.compress("".join(entry % n for n in range(50_000)).encode(), 1)
        server.routes |= {
            "/endless": endless,
            "/bomb": lambda call: call.answer(bomb, Content_Encoding="gzip"),
            "/bomb-twice": lambda call: call.answer(gzip.compress(bomb), Content_Encoding="gzip, gzip"),
            # ten million entries; max_feed_bytes ends the reading long before
            "/map": lambda call: call.answer(
                gzip.compress(b"<urlset>") + block * 200, kind="application/gzip"
            ),
        }
        assert held("/endless", "/bomb", "/bomb-twice", kind="pages") < usual + 150
        assert held("/map", kind="sitemap") < usual + 600
