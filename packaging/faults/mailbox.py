"""A mail server that writes down what it accepted, and dies, refuses or forgets to answer."""

from __future__ import annotations

import os
import signal
import socketserver
from pathlib import Path

MOODS = ("refuses", "drops", "forgets", "busy")


class Talk(socketserver.StreamRequestHandler):
    """One connection. ``drops``: it ends before the letter is taken. ``forgets``: the letter is
    taken, and the connection ends before the yes: the sender can't know."""

    server: Mailbox

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        mood = self.server.mood()
        if mood == "refuses":
            return
        self.say("220 mailbox")
        while line := self.rfile.readline().decode("latin-1").strip():
            word = line.split(" ")[0].upper()
            if word == "DATA":
                self.say("354 go on")
                if not self._letter(mood):
                    return
            elif word == "QUIT":
                self.say("221 bye")
                return
            elif word == "RCPT" and mood == "busy":
                self.say("451 later")
            else:
                self.say("250 yes")

    def _letter(self, mood: str) -> bool:
        key = ""
        while (line := self.rfile.readline().decode("latin-1")) != ".\r\n":
            if not line:
                # Its sender was killed in the middle of it.
                return False
            if line.lower().startswith("x-commonweal-key:"):
                key = line.split(":", 1)[1].strip()
            if not line.strip() and mood == "drops":
                return False
        self.server.take(key)
        if mood == "forgets":
            return False
        self.say("250 taken")
        return True


class Mailbox(socketserver.TCPServer):
    """One letter after the other: under libfaketime two threads of a process that wait for each
    other never sleep."""

    allow_reuse_address = True
    request_queue_size = 50

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.control, self.taken = folder / "mood", folder / "taken"
        self.control.write_text("well")
        self.taken.touch()

    def handle_error(self, *_: object) -> None:
        """A sender that was killed hangs up in the middle of a word."""

    def mood(self) -> str:
        return self.control.read_text()

    def take(self, key: str) -> None:
        descriptor = os.open(self.taken, os.O_WRONLY | os.O_APPEND)
        os.write(descriptor, f"{key} {self.mood()}\n".encode())
        os.close(descriptor)


def start(folder: Path) -> tuple[int, int]:
    """(process, port) of a mail server of its own."""
    box = Mailbox(folder)
    port = box.server_address[1]
    process = os.fork()
    if process == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        try:
            box.serve_forever(poll_interval=5)
        finally:
            os._exit(0)
    box.server_close()
    return process, port
