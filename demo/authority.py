"""A certificate authority for one afternoon, which vouches for any host."""

from __future__ import annotations

import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def common_name(name: str) -> x509.Name:
    """Give a name of one part, as subject and issuer want it."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


class Authority:
    """A throw-away certificate authority that vouches for any host, for a month."""

    def __init__(self, ca: Path) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.contexts: dict[str, ssl.SSLContext] = {}
        ca.write_bytes(self.certificate("recorded web", self.key, "key_cert_sign"))

    def context(self, host: str) -> ssl.SSLContext:
        """Give what a server needs to speak as this host: made once, then kept."""
        if host not in self.contexts:
            key = ec.generate_private_key(ec.SECP256R1())
            private = key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            with tempfile.NamedTemporaryFile() as pem:
                pem.write(private + self.certificate(host, key, "digital_signature"))
                pem.flush()
                context.load_cert_chain(pem.name)
            self.contexts[host] = context
        return self.contexts[host]

    def certificate(
        self, name: str, key: ec.EllipticCurvePrivateKey, use: str
    ) -> bytes:
        """Sign, as PEM, that the name owns the key."""
        now, public = datetime.now(UTC), key.public_key()
        build = (
            x509.CertificateBuilder()
            .subject_name(common_name(name))
            .issuer_name(common_name("recorded web"))
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=2))
            .not_valid_after(now + timedelta(days=30))
        )
        for extension, critical in self.extensions(name, public, use):
            build = build.add_extension(extension, critical)
        signed = build.sign(self.key, hashes.SHA256())
        return signed.public_bytes(serialization.Encoding.PEM)

    def extensions(
        self, name: str, public: ec.EllipticCurvePublicKey, use: str
    ) -> Iterator[tuple[x509.ExtensionType, bool]]:
        """Yield what OpenSSL in its strict mode (Python 3.13) wants of a chain."""
        own, issuer = x509.SubjectKeyIdentifier, x509.AuthorityKeyIdentifier
        yield x509.KeyUsage(**{known: known == use for known in USAGES}), True
        yield x509.BasicConstraints(use == "key_cert_sign", None), True
        yield own.from_public_key(public), False
        yield issuer.from_issuer_public_key(self.key.public_key()), False
        yield x509.SubjectAlternativeName([x509.DNSName(name)]), False
