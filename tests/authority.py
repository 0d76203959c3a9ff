"""A certificate authority for tests, and what its hosts prove themselves with: rightly or not."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme


class Authority:
    """Issues certificates that are good for whoever trusts its `file`, and bad ones."""

    def __init__(self, file: Path) -> None:
        """`file` is written: the certificate of the authority, PEM."""
        self._ca = trustme.CA()
        self._ca.cert_pem.write_to_path(file)
        self.file = file

    def good(self, host: str) -> ssl.SSLContext:
        return _context(self._ca.issue_cert(host))

    def expired(self, host: str) -> ssl.SSLContext:
        return _context(self._ca.issue_cert(host, not_after=datetime.now(UTC) - timedelta(days=1)))

    def misnamed(self, host: str) -> ssl.SSLContext:
        """A certificate of another host."""
        return _context(self._ca.issue_cert(f"not-{host}.example"))


def self_signed() -> ssl.SSLContext:
    """A certificate that nobody vouches for but itself."""
    return _context(trustme.CA())


def _context(certificate: trustme.LeafCert | trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    if isinstance(certificate, trustme.LeafCert):
        certificate.configure_cert(context)
        return context
    with certificate.private_key_pem.tempfile() as key, certificate.cert_pem.tempfile() as cert:
        context.load_cert_chain(cert, key)
    return context
