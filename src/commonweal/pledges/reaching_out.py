"""Asking a web address whether it answers, from public networks only, and whose fault a silence is.

A name is resolved once, every address it has is checked, and the connection goes to the one that
was checked: a name that answers something else a moment later leads nowhere. Each redirect is
checked again. Where this machine reaches the web through a proxy, the proxy resolves names.
"""

from __future__ import annotations

import errno
import http.client
import ipaddress
import socket
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

TIMEOUT_S = 15
# These say nothing about whether the page is there.
# 511 is the network's own page, where somebody has to sign in first.
CAN_NOT_TELL = {401, 403, 405, 407, 408, 425, 429, 511}
# Networks that Python's own test calls global and through which private ones are reached.
NEVER = tuple(
    ipaddress.ip_network(network)
    for network in (
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2002::/16",
        "2001::/32",
        "::/96",
        "::ffff:0:0/96",
        "::ffff:0:0:0/96",
        "3fff::/20",
        "5f00::/16",
        "fec0::/10",
        "ff00::/8",
        "224.0.0.0/4",
        "192.88.99.0/24",
        # Public by their form, and answered by the cloud in which this machine may stand: Oracle's
        # and Azure's own services, which give out what a machine has to know.
        "192.0.0.0/24",
        "168.63.129.16/32",
        "100:0:0:1::/64",
    )
)
# The way out of this machine, not the other end.
NO_WAY_OUT = {
    errno.ENETUNREACH,
    errno.EHOSTUNREACH,
    errno.ENETDOWN,
    errno.EADDRNOTAVAIL,
    errno.EACCES,
    errno.EPERM,
    errno.EMFILE,
    errno.ENFILE,
}


class NotAllowed(urllib.error.URLError):
    """An address on a private network, or none of the web."""


class LedAway(NotAllowed):
    """An address that sends on to a private network: what filters and hotspots of our own do."""


class AddressState(StrEnum):
    """What asking an address told."""

    ALIVE = "alive"
    GONE = "gone"  # The other end answered that it isn't there.
    SILENT = "silent"  # Nothing came; whether that is our fault, only other addresses can tell.
    UNKNOWN = "unknown"  # Nothing is told: it is closed to us, or our own way out is.


@dataclass(frozen=True)
class AddressAnswer:
    """An answer, with what was met in a few words."""

    answer: AddressState
    met: str


def is_public(address: str) -> bool:
    """Whether an IP address lies on the public internet, in whatever form it is written."""
    ip = ipaddress.ip_address(address.split("%")[0])
    return (
        ip.is_global
        and not ip.is_multicast
        and not any(ip in network for network in NEVER if network.version == ip.version)
    )


def check_address(url: str) -> None:
    """Raise unless an address is one of the web; where its name leads is checked on connecting."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise NotAllowed("not a web address")
    if parts.hostname in settings.LINK_CHECK_ALLOWED_HOSTS:
        return
    if parts.port not in {None, 80, 443}:
        raise NotAllowed("an unusual port")
    if urllib.request.getproxies():
        _check_literal(parts.hostname)
    else:
        checked_addresses(parts.hostname, parts.port or 443)


def _check_literal(host: str) -> None:
    """Through a proxy names can't be looked up here; what is written as a number still can."""
    try:
        is_fine = is_public(host)
    except ValueError:
        is_fine = "." in host.rstrip(".") and not host.endswith((".local", ".internal", ".home"))
        is_fine = is_fine and not host.replace(".", "").isdecimal()
    if not is_fine:
        raise NotAllowed("a private network")


def checked_addresses(host: str, port: int) -> list[str]:
    """Every address of a host, all of them public (or of a host that settings allow)."""
    addresses = [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if host not in settings.LINK_CHECK_ALLOWED_HOSTS:
        for address in addresses:
            if not is_public(address):
                raise NotAllowed("a private network")
    return addresses


def _connect(host: str, port: int, timeout: float) -> socket.socket:
    """A connection to an address that was checked: the name is not asked a second time."""
    failure: OSError | None = None
    for address in checked_addresses(host, port):
        try:
            return socket.create_connection((address, port), timeout)
        except OSError as error:
            failure = error
    raise failure or OSError("no address")


class _Connection(http.client.HTTPConnection):
    def connect(self) -> None:
        self.sock = _connect(self.host, self.port, TIMEOUT_S)


class _SecureConnection(http.client.HTTPSConnection):
    def connect(self) -> None:
        plain = _connect(self.host, self.port, TIMEOUT_S)
        context = ssl.create_default_context()
        self.sock = context.wrap_socket(plain, server_hostname=self.host)


class _Http(urllib.request.HTTPHandler):
    def http_open(self, req: Any) -> Any:
        return self.do_open(_Connection, req)


class _Https(urllib.request.HTTPSHandler):
    def https_open(self, req: Any) -> Any:
        return self.do_open(_SecureConnection, req)


class _Redirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: Any, fp: Any, code: Any, msg: Any, headers: Any, newurl: str
    ) -> Any:
        try:
            check_address(newurl)
        except NotAllowed as refused:
            raise LedAway(refused.reason) from None
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener() -> urllib.request.OpenerDirector:
    if urllib.request.getproxies():
        return urllib.request.build_opener(_Redirects)
    return urllib.request.build_opener(_Redirects, _Http, _Https)


def ask(url: str) -> AddressAnswer:
    """Whether an address answers, and what was met."""
    request = urllib.request.Request(url, headers={"User-Agent": "Commonweal evidence check"})
    try:
        check_address(url)
        with _opener().open(request, timeout=TIMEOUT_S) as response:
            return AddressAnswer(AddressState.ALIVE, f"answered {response.status}")
    except urllib.error.HTTPError as reply:
        with reply:
            return _what_it_tells(reply.code, is_relayed=_is_relayed(url))
    except (OSError, ValueError, http.client.HTTPException) as failure:
        return _why(failure)


def _is_relayed(url: str) -> bool:
    """Whether a proxy of ours can answer in the other end's name: it can for all but TLS."""
    parts = urlsplit(url)
    proxies = urllib.request.getproxies()
    is_by_proxy = parts.scheme in proxies and not urllib.request.proxy_bypass(parts.netloc)
    return parts.scheme == "http" and bool(is_by_proxy)


def _what_it_tells(code: int, *, is_relayed: bool) -> AddressAnswer:
    if code in CAN_NOT_TELL or (is_relayed and code >= 500):
        return AddressAnswer(AddressState.UNKNOWN, f"answered {code}: can't tell")
    # What a proxy says may be its own: then only other addresses tell whether it reaches the web.
    return AddressAnswer(
        AddressState.SILENT if is_relayed else AddressState.GONE, f"answered {code}"
    )


def _why(failure: Exception) -> AddressAnswer:
    """Whose fault it may be that nothing came."""
    reason = getattr(failure, "reason", failure)
    for refused in (failure, reason):
        if isinstance(refused, LedAway):
            return AddressAnswer(AddressState.UNKNOWN, f"it leads to {refused.reason}: can't tell")
        if isinstance(refused, NotAllowed):
            return AddressAnswer(AddressState.GONE, f"not asked: it leads to {refused.reason}")
    if isinstance(reason, socket.gaierror):
        if reason.errno == socket.EAI_NONAME:
            return AddressAnswer(AddressState.SILENT, "its name is not known")
        return AddressAnswer(AddressState.UNKNOWN, "names can't be looked up from here: can't tell")
    is_ours = isinstance(reason, OSError) and reason.errno in NO_WAY_OUT
    if is_ours or "tunnel" in str(reason).lower():
        return AddressAnswer(AddressState.UNKNOWN, "no way out from here: can't tell")
    kind = "it took too long" if isinstance(reason, TimeoutError) else type(reason).__name__
    return AddressAnswer(AddressState.SILENT, f"no answer ({kind})")
