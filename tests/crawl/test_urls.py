# ruff: noqa: E501
"""One form for one page, and no address that is not public."""

from __future__ import annotations

import ipaddress
import string

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from pipeline.urls import MAX_URL, UrlError, canonical_url, check_url, host_address, is_public_address

HOSTS = st.sampled_from(
    [
        "example.com",
        "WWW.Example.co.uk",
        "bücher.example",
        "例え.テスト",
        "127.0.0.1",
        "[::1]",
        "xn--bcher-kva.example",
    ]
)
SEGMENTS = st.lists(
    st.text(string.ascii_letters + string.digits + "%./;=&é中 ~_-\\", max_size=12), max_size=5
).map("/".join)
QUERIES = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "utm_source", "fbclid", "q", "PHPSESSID", "ö", "x[]"]), st.text(max_size=8)
    ),
    max_size=5,
).map(lambda pairs: "&".join(f"{name}={value}" for name, value in pairs))
URLS = st.builds(
    lambda scheme, host, port, path, query, fragment: f"{scheme}://{host}{port}/{path}?{query}#{fragment}",
    st.sampled_from(["http", "https", "HTTP", "Https"]), HOSTS, st.sampled_from(["", ":80", ":443", ":8080"]), SEGMENTS, QUERIES, st.text(max_size=5),
)  # fmt: skip


def canonical_or_none(url: str) -> str | None:
    try:
        return canonical_url(url)
    except UrlError:
        return None


@settings(deadline=None)
@given(URLS)
@example("http://example.com/a/%2e%2e/b")
@example("http://example.com/%7euser/%E4%B8%AD?q=%zz&a=%41")
@example("http://example.com//a/..//../b")
@example("http://example.com/?a=1&a=0&&b")
def test_canonical_is_idempotent_ascii_and_says_nothing_new(url: str) -> None:
    once = canonical_or_none(url)
    assume(once is not None)
    assert once is not None
    assert canonical_url(once) == once
    assert once.isascii()
    assert check_url(once) == once
    assert not set(once) & set(' "<>\\^`{|}') - set("[]")
    assert "#" not in once
    assert "utm_" not in once
    assert "/../" not in once


@settings(deadline=None)
@given(st.text(max_size=300))
@example("http://[::1")
@example("http://a:99999/")
@example("https://" + "a." * 200)
@example("http://\ud800/")
@example("http://example.com/\ud800")
def test_any_text_is_a_url_or_refused(text: str) -> None:
    for url in (text, f"http://{text}", f"https://example.com/{text}"):
        once = canonical_or_none(url)
        assert once is None or canonical_url(once) == once


@pytest.mark.parametrize(
    ("url", "form"),
    [
        ("HTTP://Example.COM:80/a/../b/./c?utm_source=x&b=2&a=1#top", "http://example.com/b/c?a=1&b=2"),
        ("https://example.com:443", "https://example.com/"),
        ("https://example.com./x", "https://example.com/x"),
        ("https://user:password@example.com/x", "https://example.com/x"),
        ("https://bücher.example/ä b?ö=ü", "https://xn--bcher-kva.example/%C3%A4%20b?%C3%B6=%C3%BC"),
        ("https://example.com/%7Euser/%e4%b8%ad", "https://example.com/~user/%E4%B8%AD"),
        ("https://example.com/a;jsessionid=0A1B2C?x=1", "https://example.com/a?x=1"),
        ("https://example.com/a?sid=0123456789abcdef01&s=nvidia", "https://example.com/a?s=nvidia"),
        ("https://example.com/a?PHPSESSID=1&id=7&fbclid=z&gclid=y&mc_cid=1", "https://example.com/a?id=7"),
        ("https://example.com/a?x", "https://example.com/a?x"),
        ("https://example.com/a?x=", "https://example.com/a?x="),
        ("https://example.com/a?q=a+b&p=a%20b", "https://example.com/a?p=a%20b&q=a%20b"),
        ("http://0x7f.1/x", "http://127.0.0.1/x"),
        ("http://[::FFFF:1.2.3.4]/", "http://[::ffff:102:304]/"),
        (r"http:\\example.com\a", "http://example.com/a"),
        ("http:///example.com/x", "http://example.com/x"),
        ("  https://example.com/a\n\tb ", "https://example.com/ab"),
        ("https://example.com/1?story=Tag&Tag=1", "https://example.com/1?Tag=1&story=Tag"),
    ],
)
def test_canonical_form(url: str, form: str) -> None:
    assert canonical_url(url) == form


@pytest.mark.parametrize(
    "url",
    ["", "example.com", "file:///etc/passwd", "data:text/html,x", "javascript:alert(1)", "ftp://example.com/", "http://",
     "http://exa mple.com/", "http://example.com:0/", "http://example.com:x/", "http://[::1/", "http://-/", "http://a..b/", "http://" + "a" * 64 + ".com",
     "https://example.com/" + "a" * 1_000_000, "https://example.com/" + "a" * MAX_URL],
)  # fmt: skip
def test_refused(url: str) -> None:
    with pytest.raises(UrlError):
        canonical_url(url)
    with pytest.raises(UrlError):
        check_url(url)


def test_credentials_are_refused_and_not_repeated() -> None:
    with pytest.raises(UrlError) as error:
        check_url("https://me:sesame@example.com/x")
    assert "sesame" not in str(error.value)
    assert check_url("https://example.com/a@b?c=d@e") == "https://example.com/a@b?c=d@e"


def test_a_requested_url_keeps_what_sites_need() -> None:
    assert (
        check_url("http://Example.com/A%2fB/?b=2&a=1&utm_source=x&s=%20+#f")
        == "http://example.com/A%2FB/?b=2&a=1&utm_source=x&s=%20+"
    )


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "93.184.216.34",
        "2606:4700::1111",
        "2a00:1450:4001::5",
        "64:ff9b::808:808",
        "::ffff:8.8.8.8",
        "134744072",
    ],
)
def test_public(address: str) -> None:
    assert is_public_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.1",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.1.1.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:a9fe:a9fe",
        "::127.0.0.1",
        "fc00::1",
        "fd12::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "2001::1",
        "2002:7f00:1::",
        "2002:a00:1::",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::808:808",
        "100::1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0x7f.0x1",
        "017700000001",
        "0",
        "localhost",
        "example.com",
    ],
)
def test_not_public(address: str) -> None:
    assert not is_public_address(address)


@settings(deadline=None)
@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_no_form_of_a_private_address_is_public(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if is_public_address(address):
        assert address.is_global
        return
    if address.version == 4:
        number = int(address)
        a, b, c, d = address.packed
        for form in (
            str(number),
            hex(number),
            oct(number).replace("o", ""),
            f"{a}.{b}.{(c << 8) + d}",
            f"0x{a:x}.0x{b:x}.{c}.{d}",
            f"::ffff:{address}",
        ):
            assert not is_public_address(form), form
            if ":" not in form:
                assert host_address(form) == address
