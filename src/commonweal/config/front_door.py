"""What stands between any server and the product: who asks, over what, and no body on HEAD.

Headers that say who asked and whether TLS stood in front are believed only of proxies that are
trusted (one setting, COMMONWEAL_TRUSTED_PROXIES); from anybody else they are taken off. This
works the same under every WSGI server, over TCP and over a Unix socket.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable
from typing import Any

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
FORWARDED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_BY",
    "HTTP_FORWARDED",
)
# A server on a Unix socket has no address of its peer; only who may open the socket comes so.
UNIX = "unix"


def _without_nul(environ: Environ) -> None:
    # Nobody types this sign, and PostgreSQL answers it with an error.
    environ["QUERY_STRING"] = environ.get("QUERY_STRING", "").replace("%00", "").replace("\0", "")
    environ["PATH_INFO"] = environ.get("PATH_INFO", "").replace("\0", "")


class FrontDoor:
    """A WSGI application around another one.

    Parameters
    ----------
    application
        What answers.
    trusted
        Addresses or networks of proxies, and ``unix`` for whoever comes by a Unix socket.

    Raises
    ------
    ValueError
        Something in ``trusted`` is neither.
    """

    def __init__(self, application: Application, *, trusted: Iterable[str]) -> None:
        names = list(trusted)
        self.application = application
        self.trusts_unix = UNIX in names
        self.networks = [ipaddress.ip_network(n, strict=False) for n in names if n != UNIX]

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        self._settle(environ)
        _without_nul(environ)
        answer = self.application(environ, start_response)
        if environ["REQUEST_METHOD"] != "HEAD":
            return answer
        # A body here would be read by the next visitor on a pooled connection as their answer.
        close = getattr(answer, "close", None)
        if close is not None:
            close()
        return []

    def _settle(self, environ: Environ) -> None:
        """Put the visitor's own address in place, and take off what may not be believed."""
        peer = _without_zone(environ.get("REMOTE_ADDR", ""))
        forwarded_for = environ.get("HTTP_X_FORWARDED_FOR", "")
        is_trusted = self._is_trusted(peer)
        proto = environ.get("HTTP_X_FORWARDED_PROTO", "") if is_trusted else ""
        if not is_trusted:
            # A request's name is taken over from a proxy alone: it stands in the log.
            environ.pop("HTTP_X_REQUEST_ID", None)
        for name in FORWARDED:
            environ.pop(name, None)
        if proto:
            environ["HTTP_X_FORWARDED_PROTO"] = proto.split(",")[0].strip().lower()
        visitor = peer
        if is_trusted:
            visitor = self._visitor(forwarded_for, peer)
        environ["REMOTE_ADDR"] = visitor if _is_address(visitor) else "127.0.0.1"

    def _visitor(self, forwarded_for: str, peer: str) -> str:
        """The nearest address that is no proxy of ours: what stands before it may be made up."""
        visitor = peer
        for hop in reversed([part.strip() for part in forwarded_for.split(",") if part.strip()]):
            address = _bare(hop)
            if not _is_address(address):
                break
            visitor = address
            if not self._is_trusted(address):
                break
        return visitor

    def _is_trusted(self, peer: str) -> bool:
        if not _is_address(peer):
            return self.trusts_unix
        address = ipaddress.ip_address(peer)
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        return any(address in network for network in self.networks)


def _bare(hop: str) -> str:
    """An address without its port: 1.2.3.4:5678 and [2001:db8::1]:5678 are written so too."""
    if hop.startswith("["):
        return _without_zone(hop[1:].partition("]")[0])
    return _without_zone(hop.partition(":")[0] if hop.count(":") == 1 else hop)


def _without_zone(address: str) -> str:
    """Without the interface after %, which may be any text: PostgreSQL knows no such address."""
    return address.partition("%")[0]


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
