"""How the installation reaches what is outside, and is reached from there: proxy, mail, network."""

from __future__ import annotations

import queue
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import datetime
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from commonweal.pledges.reaching_out import AddressState, ask

from .readiness import ReadinessCheck

ANSWERS_WITHIN_S = 10


def open_address(address: str) -> Any:
    request = urllib.request.Request(address, headers={"User-Agent": "Commonweal doctor"})
    return urllib.request.urlopen(request, timeout=10)


def proxy(now: datetime, *, open_: Callable[[str], Any] = open_address) -> ReadinessCheck:
    """Whether the public address leads here, through whatever stands in front."""
    name, host = "proxy", urlsplit(settings.ADDRESS).hostname or ""
    if host in {"127.0.0.1", "localhost", "::1"}:
        if settings.DEMO:
            return ReadinessCheck(name, True, "The demonstration is for this machine alone.")
        return ReadinessCheck(
            name,
            False,
            f"The town's address is {settings.ADDRESS}: nobody else reaches that.",
            "Set COMMONWEAL_ADDRESS=https://… to the public address, for 'work' as well.",
        )
    if not settings.SECURE:
        return ReadinessCheck(
            name,
            False,
            "The town's address is not https: what people write can be read on its way.",
            "Put a web server with TLS in front (packaging/server/nginx.conf) and set "
            "COMMONWEAL_ADDRESS=https://…",
        )
    try:
        with open_(f"{settings.ADDRESS}/favicon.ico"):
            return ReadinessCheck(name, True, f"{settings.ADDRESS} leads here.")
    except urllib.error.HTTPError as reply:
        reply.close()
        return ReadinessCheck(name, False, *_what_the_proxy_said(reply))
    except (OSError, ValueError) as failure:
        reason = getattr(failure, "reason", failure)
        return ReadinessCheck(
            name,
            False,
            f"{settings.ADDRESS} can't be reached from here ({type(reason).__name__}).",
            "Look whether the web server runs, its certificate and the name's DNS. Where this "
            "machine can't reach its own public address, look from another one.",
        )


def _what_the_proxy_said(reply: urllib.error.HTTPError) -> tuple[str, str]:
    if reply.code in {301, 302, 307, 308}:
        return (
            "The address leads to itself for ever: we are not told that TLS stands in front.",
            "The web server has to send X-Forwarded-Proto, and its address has to be in "
            f"COMMONWEAL_TRUSTED_PROXIES (now: {' '.join(settings.TRUSTED_PROXIES)}).",
        )
    if reply.code == 400:
        return (
            "The address is answered with 400: another host name comes here than is ours.",
            "The web server has to pass Host on (proxy_set_header Host $http_host), or the name "
            "belongs into COMMONWEAL_HOSTS.",
        )
    return (
        f"The address answers {reply.code}.",
        "Look into the web server's log, and whether './commonweal serve' runs.",
    )


def mail(now: datetime) -> ReadinessCheck:
    backend = settings.EMAIL_BACKEND.rsplit(".", 1)[-1]
    if "filebased" in settings.EMAIL_BACKEND:
        return ReadinessCheck(
            "mail",
            settings.DEMO,
            f"Letters are written to {settings.EMAIL_FILE_PATH}, and to nobody.",
            "Set EMAIL_HOST (or NOTIFY_API_KEY) for 'serve' and 'work'.",
        )
    if "smtp" not in settings.EMAIL_BACKEND:
        return ReadinessCheck("mail", True, f"Letters go out by {backend}.")
    fault = _fault_of_the_mail_server()
    if not fault:
        return ReadinessCheck("mail", True, f"{settings.EMAIL_HOST} takes letters.")
    return ReadinessCheck(
        "mail",
        False,
        f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT} {fault}",
        "Look at EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD, EMAIL_USE_TLS, "
        "EMAIL_USE_SSL.",
    )


def _fault_of_the_mail_server() -> str:
    """What keeps letters from it; "" where it takes them. One that is silent, or gives a sign now
    and then, is waited for no longer than `ANSWERS_WITHIN_S`."""
    answers: queue.Queue[str] = queue.Queue()

    def talk() -> None:
        try:
            with get_connection():
                answers.put("")
        except Exception as failure:
            answers.put(f"takes no letters ({type(failure).__name__}).")

    threading.Thread(target=talk, daemon=True).start()
    try:
        return answers.get(timeout=ANSWERS_WITHIN_S)
    except queue.Empty:
        return (
            f"said nothing within {ANSWERS_WITHIN_S} seconds: a firewall may swallow what is sent, "
            "or it waits for TLS."
        )


def sender(now: datetime) -> ReadinessCheck:
    """Whether the address that letters come from is one that mail servers take."""
    address = settings.DEFAULT_FROM_EMAIL
    place = parseaddr(address)[1].rpartition("@")[2].lower()
    if settings.DEMO or "notify" in settings.EMAIL_BACKEND:
        return ReadinessCheck("sender", True, "Whoever sends the letters names the sender.")
    if "." not in place or place.endswith((".localhost", ".localdomain", ".local", ".invalid")):
        return ReadinessCheck(
            "sender",
            False,
            f"Letters come from {address}, which is no address that can be answered; other mail "
            "servers refuse it or call it spam.",
            "Set COMMONWEAL_FROM to an address of the town's own, as \"Town charter "
            "<charter@your-town.gov.uk>\", for 'serve' and 'work'.",
        )
    return ReadinessCheck("sender", True, f"Letters come from {address}.")


def send_one(address: str) -> ReadinessCheck:
    """Send a letter, so that somebody can look whether it comes."""
    letter = EmailMessage(
        "A letter to try the way out",
        "Whoever runs Commonweal tried whether letters arrive. This one did.",
        settings.DEFAULT_FROM_EMAIL,
        [address],
    )
    try:
        letter.send()
    except Exception as failure:
        return ReadinessCheck(
            "letter",
            False,
            f"The letter was not taken ({type(failure).__name__}).",
            "Look at the settings of mail, and whether COMMONWEAL_FROM may send from here.",
        )
    return ReadinessCheck(
        "letter", True, "A letter was handed over. Look whether it came, and its spam."
    )


def network(now: datetime) -> ReadinessCheck:
    """Whether evidence on the web can be asked."""
    if not settings.LINK_CONTROL_ADDRESSES:
        return ReadinessCheck(
            "network",
            False,
            "No control address is named, so a fault of our own network may not "
            "be told from evidence that is gone.",
            "Set COMMONWEAL_LINK_CONTROL to one or two addresses that always answer.",
        )
    silent = [
        f"{address} ({reply.met})"
        for address in settings.LINK_CONTROL_ADDRESSES
        if (reply := ask(address)).answer != AddressState.ALIVE
    ]
    if silent:
        return ReadinessCheck(
            "network",
            False,
            f"Not reached: {'; '.join(silent)}.",
            "Evidence on the web can't be checked. Let this machine out to ports 80 and 443, "
            "or set HTTPS_PROXY.",
        )
    return ReadinessCheck("network", True, "The web is reached from here.")
