"""Where alerts go: any Apprise URL, and two kinds of our own.

``chipwire-terminal://here`` prints to standard error, ``chipwire-file:///path/of/alerts.jsonl`` appends a
JSON line.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

_WEBHOOKS = ("json", "jsons", "xml", "xmls", "form", "forms")
_SECRETS = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)


class ChannelError(Exception):
    """It did not go out. ``retry`` False: the channel itself is wrong. The message holds no URL."""

    def __init__(self, message: str, *, retry: bool = True) -> None:
        super().__init__(message)
        self.retry = retry


def send(url: str, *, title: str, body: str, key: str, maybe_sent: bool = False) -> None:
    """Send one alert through Apprise. Raises ChannelError.

    ``key`` is the same for every try of one alert: webhooks get it as the header Idempotency-Key, a file is
    searched for it where the alert may be there already (``maybe_sent``).
    """
    _own_schemes()
    import apprise

    asset = apprise.AppriseAsset(
        app_id="Chipwire", app_desc="Chipwire alerts", async_mode=False, secure_logging=True
    )
    target = apprise.Apprise(asset=asset)
    if not target.add(_with_key(url, key, maybe_sent)):
        raise ChannelError(
            "Apprise does not know this kind of channel URL; see `chipwire alerts check`", retry=False
        )
    with _heard("apprise") as said:
        ok = target.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT)
    if not ok:
        raise ChannelError("; ".join(said)[-500:] or "the channel did not take it")


def known(url: str) -> bool:
    """Whether Apprise (or we) can read ``url``."""
    _own_schemes()
    import apprise

    return apprise.Apprise.instantiate(_with_key(url, "key", False), suppress_exceptions=True) is not None


def _with_key(url: str, key: str, maybe_sent: bool) -> str:
    # Apprise knows no schemes with a hyphen.
    url = re.sub(r"^chipwire-", "chipwire", url, flags=re.IGNORECASE)
    scheme = url.partition("://")[0].lower()
    join = "&" if "?" in url else "?"
    if scheme in _WEBHOOKS:
        return f"{url}{join}%2BIdempotency-Key={quote(key)}"
    if scheme == "chipwirefile":
        # Apprise takes what follows the slashes for a host.
        url = re.sub(r"^chipwirefile:///", "chipwirefile://localhost/", url, flags=re.IGNORECASE)
        return f"{url}{join}key={quote(key)}&look={int(maybe_sent)}"
    return url


@lru_cache(maxsize=1)
def _own_schemes() -> None:
    from apprise.decorators.base import CustomNotifyPlugin

    def to_terminal(body: str, title: str, *args: Any, **kwargs: Any) -> bool:
        text = Text(body)
        Console(file=sys.stderr).print(
            Panel(text, title=Text(f"🔔 {title}"), title_align="left", border_style="yellow")
        )
        return True

    def to_file(body: str, title: str, *args: Any, **kwargs: Any) -> bool:
        meta = kwargs["meta"]
        path = Path(unquote(meta["fullpath"]))
        key = meta["qsd"]["key"]
        if meta["qsd"].get("look") == "1" and _holds(path, key):
            return True
        line = {"key": key, "at": datetime.now(UTC).isoformat(), "title": title, "body": body}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
        except OSError as error:
            logging.getLogger("apprise").warning("the file cannot be written: %s", error.strerror)
            return False
        return True

    for scheme, call in (("chipwireterminal", to_terminal), ("chipwirefile", to_file)):
        CustomNotifyPlugin.instantiate_plugin(  # type: ignore[no-untyped-call]
            url=f"{scheme}://", send_func=call, name=scheme
        )


def _holds(path: Path, key: str) -> bool:
    try:
        with path.open(encoding="utf-8") as file:
            return any(f'"key": "{key}"' in line for line in file)
    except FileNotFoundError:
        return False


@contextmanager
def _heard(name: str) -> Iterator[list[str]]:
    """What a logger says of warnings meanwhile, without URLs, kept from the terminal."""
    said: list[str] = []

    class Hear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(_SECRETS.sub("(URL)", record.getMessage()))

    log, hear = logging.getLogger(name), Hear(logging.WARNING)
    before = log.propagate
    log.addHandler(hear)
    log.propagate = False
    try:
        yield said
    finally:
        log.removeHandler(hear)
        log.propagate = before
