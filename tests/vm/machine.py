"""A virtual machine: qemu without KVM, its keyboard, its screen, and a hand inside it."""

import base64
import json
import os
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path


class Trouble(Exception):
    """What was waited for did not come, or a command inside failed."""


# How much longer than on an idle machine everything may take.
PATIENCE = float(os.environ.get("VM_PATIENCE", "1"))

# What each character is on a keyboard of the United States.
NAMED = {" ": "spc", "-": "minus", ".": "dot", "/": "slash", "\\": "backslash"}


def wait_for(what, seconds, attempt, pause=0.3):
    """The first true answer of `attempt`; Trouble with its last answer after `seconds`."""
    end = time.monotonic() + seconds * PATIENCE
    while not (answer := attempt()):
        if time.monotonic() > end:
            raise Trouble(f"{what}: not within {seconds * PATIENCE:.0f} s")
        time.sleep(pause)
    return answer


class Machine:
    """One boot of the disk in its folder. The disk is changed. The kernel is in the folder above."""

    def __init__(self, folder, display="std"):
        self.folder, self.display = Path(folder), display
        self.ssh_port = free_port()
        self.qemu = self.monitor = self.hand = None
        self.started = 0.0

    # -- Its power

    def start(self):
        """Switches it on. Returns at once."""
        sockets = {name: self.folder / f"{name}.socket" for name in ("monitor", "hand")}
        for path in sockets.values():
            path.unlink(missing_ok=True)
        command = [
            "qemu-system-x86_64", "-accel", "tcg", "-cpu", "max", "-smp", "1", "-m", "1024",
            "-display", "none", "-vga", self.display, "-no-reboot",
            "-kernel", self.folder.parent / "vmlinuz", "-initrd", self.folder.parent / "initrd",
            "-append", "root=/dev/vda rw quiet",
            "-drive", f"file={self.folder}/disk.img,format=raw,if=virtio,cache=unsafe",
            "-drive", f"file={self.folder}/payload.img,format=raw,if=virtio,readonly=on",
            "-nic", f"user,model=virtio-net-pci,hostfwd=tcp:127.0.0.1:{self.ssh_port}-:22",
            "-device", "virtio-rng-pci", "-device", "virtio-serial",
            "-chardev", f"socket,id=hand,path={sockets['hand']},server=on,wait=off",
            "-device", "virtserialport,chardev=hand,name=vm",
            "-serial", f"file:{self.folder}/serial.log",
            "-qmp", f"unix:{sockets['monitor']},server=on,wait=off",
        ]
        self.started = time.monotonic()
        with open(self.folder / "qemu.log", "w") as log:
            self.qemu = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.monitor = wait_for("qemu's monitor", 30, lambda: self._connect(sockets["monitor"]))
        self.hand = wait_for("the port of the hand", 30, lambda: self._connect(sockets["hand"]))
        self.monitor_file = self.monitor.makefile("rw")
        json.loads(self.monitor_file.readline())
        self.tell("qmp_capabilities")

    def _connect(self, path):
        if self.qemu.poll() is not None:
            raise Trouble("qemu ended: " + (self.folder / "qemu.log").read_text())
        link = socket.socket(socket.AF_UNIX)
        try:
            link.connect(str(path))
        except OSError:
            link.close()
            return None
        return link

    def is_on(self):
        """Whether qemu runs."""
        return self.qemu is not None and self.qemu.poll() is None

    def last_words(self):
        """What qemu and the kernel said before it ended."""
        status = self.qemu.poll() if self.qemu else None
        told = [(self.folder / name).read_text(errors="replace")[-2000:] for name in ("qemu.log", "serial.log")]
        return f"qemu ended with {status}: " + "\n".join(told)

    def cut_power(self):
        """As by the plug: nothing inside is asked."""
        if self.is_on():
            self.qemu.kill()
        self._gone()

    def shut_down(self):
        """As an operator does."""
        self.run("systemctl --no-block poweroff")
        try:
            self.qemu.wait(180 * PATIENCE)
        except subprocess.TimeoutExpired as error:
            raise Trouble("the machine does not shut down") from error
        finally:
            self.cut_power()

    def _gone(self):
        if self.qemu:
            self.qemu.wait()
        for link in (self.monitor, self.hand):
            if link:
                link.close()

    # -- Its monitor: keyboard and picture

    def tell(self, command, **arguments):
        """A command of QMP, and its answer."""
        self.monitor_file.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.monitor_file.flush()
        while True:
            answer = json.loads(self.monitor_file.readline() or "null")
            if answer is None:
                raise Trouble("qemu's monitor is gone")
            if "error" in answer:
                raise Trouble(f"{command}: {answer['error']}")
            if "return" in answer:
                return answer["return"]

    def press(self, *chords):
        """Keys, one after another: "ret", "f12", "ctrl-alt-f2"."""
        for chord in chords:
            keys = [{"type": "qcode", "data": key} for key in chord.split("-")]
            self.tell("send-key", keys=keys)
            # qemu holds a key for a tenth of a second and queues what comes meanwhile; a slow guest loses it.
            time.sleep(0.25)

    def type(self, text):
        """Lower-case letters, digits and blanks."""
        self.press(*(NAMED.get(character, character) for character in text))

    def picture(self, name):
        """The picture of the screen, in a file."""
        path = self.folder / f"{name}.ppm"
        self.tell("screendump", filename=str(path))
        return path

    # -- Inside

    def run(self, script, status=0, seconds=120):
        """What a script of bash says, run as root; Trouble where it ends otherwise than with `status` (None: any)."""
        self.hand.settimeout(seconds * PATIENCE)
        try:
            self.hand.sendall(base64.b64encode(script.encode()) + b"\n")
            answer = self._line()
        except OSError as error:
            raise Trouble(f"no answer from inside to: {script}") from error
        words, _, ended = answer.rpartition(" ")
        output = base64.b64decode(words).decode(errors="replace").strip()
        if status is not None and int(ended) != status:
            raise Trouble(f"status {ended} of: {script}\n{output}")
        return output

    def _line(self):
        line = b""
        while not line.endswith(b"\n"):
            piece = self.hand.recv(1 << 16)
            if not piece:
                raise Trouble("the machine is gone")
            line += piece
        return line.decode().strip()

    def wait_inside(self, seconds):
        """Until the hand answers: it is one of the first services."""
        return self.run("true", seconds=seconds)

    def holds(self, script):
        """Whether this script ends with 0."""
        return self.run(f"if {script}; then echo yes; fi", status=None).endswith("yes")

    def await_inside(self, script, seconds):
        """Until this script ends with 0."""
        return wait_for(script, seconds, lambda: self.holds(script), pause=0.5)

    def screen(self, console=1):
        """The text of a virtual terminal, row by row."""
        # A terminal that is not in UTF-8 has no vcsu; getty's is not, if getty was before the keyboard's setup.
        cells_of = f"base64 -w 0 /dev/vcsu{console} 2>/dev/null || base64 -w 0 /dev/vcs{console}"
        answer = self.run(f"head -c 4 /dev/vcsa{console} | od -An -t u1; {cells_of}", status=None)
        try:
            size, _, cells = answer.partition("\n")
            rows, columns = map(int, size.split()[:2])
            content = base64.b64decode(cells, validate=True)
            charset = "latin-1" if len(content) == rows * columns else "utf-32-le"
            text = content.decode(charset, errors="replace").replace("\0", " ")
        except ValueError:
            # Its size changes while it is read.
            return Screen([], answer)
        return Screen([text[at:at + columns].rstrip() for at in range(0, len(text), columns)], "")

    def bright(self, console=1):
        """The runs of bright text on a virtual terminal."""
        answer = self.run(f"showconsolefont -i -C /dev/tty{console}; base64 -w 0 /dev/vcsu{console}; echo; base64 -w 0 /dev/vcsa{console}")
        font, text, cells = answer.splitlines()[-3:]
        text, cells = base64.b64decode(text).decode("utf-32-le"), base64.b64decode(cells)
        # With more than 256 characters in the font, all of the attribute is one bit higher.
        bit = 0x10 if font.endswith("x512") else 0x08
        columns, attributes = cells[1], cells[5::2]
        marked = "".join(
            ("\n" if at % columns == 0 else "") + (character if attribute & bit else "\t")
            for at, (character, attribute) in enumerate(zip(text, attributes, strict=True)))
        return [run.strip() for run in re.split(r"[\t\n]+", marked) if run.strip()]

    def await_screen(self, words, seconds, console=1):
        """Until the screen has these words; gives it. Words may be broken over lines."""
        seen = Screen([], "")

        def look():
            nonlocal seen
            seen = self.screen(console)
            return seen if words in seen else None
        try:
            return wait_for(f"on the screen: {words!r}", seconds, look)
        except Trouble as trouble:
            raise Trouble(f"{trouble}\n{seen}") from None


class Screen:
    """What stands on a virtual terminal."""

    def __init__(self, rows, why):
        self.rows, self.why = rows, why

    def __contains__(self, words):
        return words in " ".join(" ".join(self.rows).split())

    def __str__(self):
        rows = [row for row in self.rows if row.strip()]
        return "\n".join(f"    |{row}" for row in rows) or f"    (nothing on the screen) {self.why}"


def free_port():
    """A port that nothing listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def copy_disk(source, target):
    """A disk to write on, with the holes of its source."""
    Path(target).unlink(missing_ok=True)
    subprocess.run(["cp", "--sparse=always", "--reflink=auto", source, target], check=True)


def make_payload(target, files):
    """A disk with these files: {name: path or bytes}."""
    folder = Path(f"{target}.d")
    shutil.rmtree(folder, ignore_errors=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            shutil.copy(content, path)
    Path(target).unlink(missing_ok=True)
    with open(target, "wb") as disk:
        os.truncate(disk.fileno(), 64 << 20)
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-d", folder, target], check=True)
    shutil.rmtree(folder)
