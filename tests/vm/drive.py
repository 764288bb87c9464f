"""Runs the scenarios of one place on one release of Debian: drive.py RELEASE FOLDER PROGRAM PLACE [WORD...].

FOLDER/PLACE.run/table has what came of them.
"""

import shutil
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import guide
import scenarios
import sessions
from machine import Machine, Trouble, copy_disk, make_payload

ROOT = Path(__file__).resolve().parents[2]
VERSIONS = "echo Debian $(cat /etc/debian_version), Linux $(uname -r), $(systemctl --version | head -n 1), $(ssh -V 2>&1)"


def prepare(folder, image, program):
    """An empty folder with a disk to write on, a disk with what an operator has at hand, and the key of the visitor by ssh."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    copy_disk(image, folder / "disk.img")
    key = folder / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    desk = (ROOT / "src/demo/desk.toml").read_text()
    config = desk.replace("{url}", "http://127.0.0.1:8080").replace('to = "none"', 'to = "journald"')
    files = {str(path.relative_to(ROOT / "packaging")): path for path in (ROOT / "packaging").rglob("*") if path.is_file()}
    own = {"support-kiosk": program, "kiosk.toml": config.encode(), "visitors.pub": Path(f"{key}.pub")}
    make_payload(folder / "payload.img", files | own)
    return key


class Table:
    """What came of each scenario, in order, in a file."""

    def __init__(self, path, release):
        self.path, self.release, self.failed = path, release, False
        path.write_text("")

    def add(self, name, result, seconds):
        """A row, to be read at once."""
        self.failed |= result != "ok"
        self.write(f"{name:62} {result:7} {seconds:7.1f}")

    def write(self, words):
        """A line."""
        line = f"{self.release:10} {words}"
        print(line, flush=True)
        with self.path.open("a") as file:
            file.write(line + "\n")


def attempt(world, scenario, table):
    """One scenario. What goes wrong is printed."""
    name, began = scenario.__doc__.splitlines()[0], time.monotonic()
    try:
        scenario(world)
        result = "ok"
    except (Trouble, OSError, subprocess.SubprocessError) as trouble:
        result = "FAILED"
        print(f"--- {table.release}: {name}\n{trouble}\n{reason(world)}\n---", flush=True)
    table.add(name, result, time.monotonic() - began)
    return result == "ok"


def reason(world):
    """What the machine says of itself, as far as it does."""
    if not world.machine.is_on():
        return world.machine.last_words()
    try:
        return f"{world.machine.screen()}\n{world.machine.run('journalctl -b -n 40 --no-hostname -o short-monotonic', status=None)}"
    except (Trouble, OSError) as trouble:
        return str(trouble)


def console(folder, key, words):
    """The kiosk on a virtual terminal, and over ssh."""
    return scenarios.World(Machine(folder), words, key), scenarios.FRESH, scenarios.BOOTED


def wayland(folder, key, words):
    """The kiosk in a Wayland session, on a graphics card without 3D."""
    machine = Machine(folder, display="virtio")
    session = sessions.Session(machine, words, key, "support-kiosk-cage@tty1", guide.HEADINGS["wayland"])
    fresh = [scenarios.follow_first, scenarios.follow_machine, sessions.draw_without_3d, sessions.follow_session]
    booted = [
        sessions.boot, sessions.visit, scenarios.refuse_keys, sessions.crash, sessions.crash_display("cage"),
        sessions.leave_as_staff, sessions.lose_polkit, sessions.lose_screen,
    ]
    return session, fresh, booted


def x11(folder, key, words):
    """The kiosk in an X11 session."""
    session = sessions.Session(Machine(folder), words, key, "support-kiosk-x11@tty1", guide.HEADINGS["x11"])
    fresh = [scenarios.follow_first, scenarios.follow_machine, sessions.follow_session]
    booted = [
        sessions.boot, sessions.visit, scenarios.refuse_keys, sessions.crash, sessions.crash_display("Xorg"),
        sessions.leave_as_staff,
    ]
    return session, fresh, booted


# Each place of a kiosk: what makes it, and the image it is tried on.
PLACES = {"console": console, "x11": x11, "wayland": wayland}


def run_place(world, fresh, booted, wanted, table):
    """On a fresh system with getty, by the guide; then after a boot."""
    machine = world.machine
    try:
        machine.start()
        machine.wait_inside(300)
        table.write(machine.run(VERSIONS))
        for scenario in fresh:
            # Without one of the guide's steps there is nothing to try.
            if not attempt(world, scenario, table) and scenario.__doc__.startswith("guide") and "doctor" not in scenario.__doc__:
                return
        machine.shut_down()
        machine.start()
        machine.wait_inside(300)
        for scenario in booted:
            if wanted and scenario is not booted[0] and not any(word in scenario.__doc__ for word in wanted):
                continue
            if not attempt(world, scenario, table):
                recover(world)
    except Trouble as trouble:
        print(f"{trouble}\n{reason(world)}")
        table.add("the machine itself", "FAILED", 0)
    finally:
        machine.cut_power()


def recover(world):
    """The start screen again, so that one failure is one failure."""
    if not world.machine.is_on():
        world.machine.start()
        world.machine.wait_inside(300)
    world.machine.run("timeout 5 chvt 1", status=None)
    world.make_fresh()


def main():
    # So that the machine is switched off when the time is over.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("the time is over"))
    release, images, program, place, *wanted = sys.argv[1:]
    folder = Path(images) / f"{place}.run"
    key = prepare(folder, Path(images) / f"{place}.img", program)
    table = Table(folder / "table", f"{release} {place}")
    words = tomllib.loads((ROOT / "src/text/en.toml").read_text())
    run_place(*PLACES[place](folder, key, words), wanted, table)
    if not table.failed:
        (folder / "disk.img").unlink()
    sys.exit(table.failed)


if __name__ == "__main__":
    main()
