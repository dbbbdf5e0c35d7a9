"""Certificates: a good one is taken; an expired one, another name's and a stranger's are refused, unread."""

from __future__ import annotations

import json
import ssl
import sys
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from badserver import BadServer, page
from crawl_help import Crawl, outcome
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

import spiders.crawl
from pipeline.store import Store

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


class Authority:
    """Signs certificates."""

    def __init__(self, name: str) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        self.certificate = self._sign(self.name, self.key, NOW + 9 * DAY).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        ).sign(self.key, hashes.SHA256())  # fmt: skip

    def _sign(
        self, name: x509.Name, key: ec.EllipticCurvePrivateKey, until: datetime
    ) -> x509.CertificateBuilder:
        made = (
            x509.CertificateBuilder().subject_name(name).issuer_name(self.name).public_key(key.public_key())
        )
        made = made.serial_number(x509.random_serial_number())
        return made.not_valid_before(NOW - 9 * DAY).not_valid_after(until)

    def server(self, folder: Path, host: str, until: datetime = NOW + DAY) -> ssl.SSLContext:
        """A server's context with a certificate for ``host``."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
        names = x509.SubjectAlternativeName([x509.DNSName(host)])
        signed = self._sign(subject, key, until).add_extension(names, critical=False)
        path = folder / f"{host}-{until:%Y%m%d}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + signed.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


def test_only_a_good_certificate_is_taken(
    crawl: Crawl, crawl_store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ours, strangers = Authority("ours"), Authority("a stranger")
    trusted = tmp_path / "ca.pem"
    trusted.write_bytes(ours.certificate.public_bytes(serialization.Encoding.PEM))
    hosts = {
        "good.example.com": (ours.server(tmp_path, "good.example.com"), "fetched"),
        "expired.example.com": (ours.server(tmp_path, "expired.example.com", NOW - DAY), "tls_error"),
        "other-name.example.com": (ours.server(tmp_path, "somebody.example.com"), "tls_error"),
        "stranger.example.com": (strangers.server(tmp_path, "stranger.example.com"), "tls_error"),
    }
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    monkeypatch.setenv("CHIPWIRE_TEST_NAMES", json.dumps({host: [["127.0.0.1"]] for host in hosts}))
    worker = Path(__file__).with_name("fake_names_worker.py")
    monkeypatch.setattr(spiders.crawl, "WORKER", (sys.executable, str(worker)))
    with ExitStack() as stack:
        servers = {
            host: stack.enter_context(BadServer({"*": page()}, tls=tls)) for host, (tls, _) in hosts.items()
        }
        urls = {host: f"https://{host}:{server.port}/story" for host, server in servers.items()}
        allowed = tuple(f"{host}:{server.port}" for host, server in servers.items())
        crawl(*urls.values(), kind="pages", allow=allowed)
        assert {host: outcome(crawl_store, url) for host, url in urls.items()} == {
            host: word for host, (_, word) in hosts.items()
        }
        assert [host for host, server in servers.items() if server.calls] == ["good.example.com"]
