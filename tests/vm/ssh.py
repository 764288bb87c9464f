"""The line from elsewhere: this machine's ssh, in a terminal of its own."""

import os
import pty
import re
import select
import signal
import subprocess
import time

from machine import PATIENCE, Trouble, wait_for


def command(world, *words):
    """ssh to the kiosk's user."""
    options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", "BatchMode=yes", "IdentitiesOnly=yes"]
    flags = [flag for option in options for flag in ("-o", option)]
    return ["ssh", "-F", "none", *flags, "-i", str(world.key), "-p", str(world.machine.ssh_port), *words]


class Line:
    """ssh -t in a terminal of 80x24."""

    def __init__(self, world):
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.environ["TERM"] = "xterm-256color"
            os.environ["LANG"] = "C.UTF-8"
            words = command(world, "-t", "kiosk@127.0.0.1")
            os.execvp(words[0], words)
        self.text = b""

    def read(self):
        """What has come until now."""
        while select.select([self.terminal], [], [], 0.1)[0]:
            try:
                piece = os.read(self.terminal, 1 << 16)
            except OSError:
                break
            if not piece:
                break
            self.text += piece
        return self.text.decode(errors="replace")

    def wait_for(self, words, seconds):
        """Until these words have come. The last one only: blanks between words may be moves of the cursor."""
        last = words.split()[-1]
        try:
            wait_for(f"by ssh: {words!r}", seconds, lambda: last in self.read(), pause=0)
        except Trouble as trouble:
            raise Trouble(f"{trouble}\n{self.text[-2000:]!r}") from None
        self.text = b""

    def write(self, keys):
        os.write(self.terminal, keys)

    def open_list(self):
        """The list of people. A machine that was busy may find two keys at once, and then neither chooses anything."""
        for _ in range(3):
            self.write(b"1")
            try:
                return self.wait_for("Okafor", 10)
            except Trouble as trouble:
                last = trouble
        raise last

    def hang_up(self):
        """As when the terminal's window is closed."""
        os.kill(self.process, signal.SIGHUP)
        os.waitpid(self.process, 0)
        os.close(self.terminal)


def show_screen(world):
    """The kiosk's screen by ssh -t, and no key that leaves it."""
    line = Line(world)
    try:
        line.wait_for(world.start, 60)
        line.write(b"\x03\x1a\x1c\x04")
        time.sleep(2)
        line.read()
        line.text = b""
        line.open_list()
    finally:
        line.hang_up()


def refuse_the_rest(world):
    """Commands, files, tunnels and passwords."""
    for words, wanted in [(["kiosk@127.0.0.1", "id"], 2), (["-T", "kiosk@127.0.0.1"], 2), (["-tt", "kiosk@127.0.0.1", "id"], 2)]:
        ended = subprocess.run(command(world, *words), stdin=subprocess.DEVNULL, capture_output=True, timeout=60 * PATIENCE)
        words_of_it = (ended.stdout + ended.stderr).decode(errors="replace")
        if ended.returncode != wanted or "uid=" in words_of_it or len(words_of_it.strip().splitlines()) > 1:
            raise Trouble(f"ssh {words}: {ended.returncode}: {words_of_it}")
    sftp = subprocess.run(command(world, "-s", "kiosk@127.0.0.1", "sftp"), stdin=subprocess.DEVNULL, capture_output=True, timeout=60 * PATIENCE)
    if sftp.returncode == 0 or b"\x02" in sftp.stdout[:5]:
        raise Trouble(f"sftp: {sftp}")
    tunnel = subprocess.run(
        command(world, "-W", "127.0.0.1:8080", "kiosk@127.0.0.1"), input=b"GET / HTTP/1.0\r\n\r\n", capture_output=True, timeout=60 * PATIENCE)
    if b"HTTP" in tunnel.stdout or b"forwarding failed" not in tunnel.stderr:
        raise Trouble(f"a tunnel: {tunnel}")
    password = command(world, "-o", "BatchMode=no", "-o", "PreferredAuthentications=password,keyboard-interactive", "kiosk@127.0.0.1")
    denied = subprocess.run(password, stdin=subprocess.DEVNULL, capture_output=True, timeout=60 * PATIENCE)
    if b"Permission denied" not in denied.stderr:
        raise Trouble(f"by password: {denied}")


def hang_up(world):
    """A session is ended by the end of its line."""
    line = Line(world)
    try:
        line.wait_for(world.start, 60)
        line.open_list()
        time.sleep(1)
        line.write(b"\r")
        line.wait_for(world.words["review"]["question"], 20)
        time.sleep(1)
        line.write(b"\r")
        line.wait_for(world.words["running"]["question"], 60)
        if not world.machine.holds("pgrep -f '[b]omgar-scc' >/dev/null"):
            raise Trouble("no client runs")
    finally:
        line.hang_up()
    world.machine.await_inside("! pgrep -f '[b]omgar-scc' >/dev/null && ! pgrep -u kiosk -f '[s]shd:' >/dev/null", 15)
    log = world.machine.run("journalctl -b -t support-kiosk -o cat --since -2min")
    # The demo's client would end by itself after six seconds. It tells of a signal, unless its own sleep got one first.
    lived = re.findall(r"event=ended .*client=([0-9.]+)", log)
    if not lived or float(lived[-1]) > 5.5:
        raise Trouble(f"the client was not ended:\n{log}")
