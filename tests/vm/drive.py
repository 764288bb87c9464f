"""Runs the scenarios on one release of Debian and prints what came of them: drive.py RELEASE FOLDER PROGRAM PLACES [WORD...]."""

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


def payload(folder, program):
    """The disk with what an operator has at hand, and the key of the visitor by ssh."""
    key = folder / "key"
    for old in (key, Path(f"{key}.pub")):
        old.unlink(missing_ok=True)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    desk = (ROOT / "src/demo/desk.toml").read_text()
    config = desk.replace("{url}", "http://127.0.0.1:8080").replace('to = "none"', 'to = "journald"')
    files = {str(path.relative_to(ROOT / "packaging")): path for path in (ROOT / "packaging").rglob("*") if path.is_file()}
    own = {"support-kiosk": program, "kiosk.toml": config.encode(), "visitors.pub": Path(f"{key}.pub")}
    make_payload(folder / "payload.img", files | own)
    return key


def attempt(world, scenario, table, release):
    """One scenario; whatever goes wrong is told, and the next one begins from the start screen."""
    name, began = scenario.__doc__.splitlines()[0], time.monotonic()
    try:
        scenario(world)
        result = "ok"
    except (Trouble, OSError, subprocess.SubprocessError) as trouble:
        result = "FAILED"
        print(f"--- {release}: {name}\n{trouble}\n---", flush=True)
        tell_why(world)
    seconds = time.monotonic() - began
    table.append((release, name, result, seconds))
    print(f"{release:10} {name:62} {result:7} {seconds:7.1f} s", flush=True)
    return result == "ok"


def tell_why(world):
    """What the machine says of itself, as far as it does."""
    try:
        print(world.machine.screen())
        print(world.machine.run("journalctl -b -n 40 --no-hostname -o short-monotonic", status=None))
    except (Trouble, OSError) as trouble:
        print(trouble)


def console(folder, key, words):
    """The kiosk on a virtual terminal, and over ssh."""
    machine = Machine(folder, folder / "run.img", folder / "payload.img")
    return scenarios.World(machine, words, key), scenarios.FRESH, scenarios.BOOTED


def wayland(folder, key, words):
    """The kiosk in a Wayland session, on a graphics card without 3D."""
    machine = Machine(folder, folder / "run.img", folder / "payload.img", display="virtio")
    session = sessions.Session(machine, words, key, "support-kiosk-cage@tty1", guide.HEADINGS["wayland"])
    fresh = [scenarios.follow_first, scenarios.follow_machine, sessions.draw_without_3d, sessions.follow_session]
    booted = [
        sessions.boot, sessions.visit, sessions.crash, sessions.crash_display("cage"), sessions.leave_as_staff,
        sessions.lose_polkit,
    ]
    return session, fresh, booted


def x11(folder, key, words):
    """The kiosk in an X11 session."""
    machine = Machine(folder, folder / "run.img", folder / "payload.img")
    session = sessions.Session(machine, words, key, "support-kiosk-x11@tty1", guide.HEADINGS["x11"])
    fresh = [scenarios.follow_first, scenarios.follow_machine, sessions.follow_session]
    booted = [sessions.boot, sessions.visit, sessions.crash, sessions.crash_display("Xorg"), sessions.leave_as_staff]
    return session, fresh, booted


# Each place of a kiosk: what makes it, and the image it is tried on.
PLACES = {"console": console, "x11": x11, "wayland": wayland}


def run_place(name, folder, key, words, wanted, table, release):
    """On a fresh system with getty, by the guide; then after a boot."""
    copy_disk(folder / f"{name}.img", folder / "run.img")
    world, fresh, booted = PLACES[name](folder, key, words)
    machine = world.machine
    try:
        machine.start()
        machine.wait_inside(300)
        for scenario in fresh:
            # Without one of the guide's steps there is nothing to try.
            if not attempt(world, scenario, table, release) and scenario.__doc__.startswith("guide") and "doctor" not in scenario.__doc__:
                return
        machine.shut_down()
        machine.start()
        machine.wait_inside(300)
        for scenario in booted:
            if wanted and scenario is not booted[0] and not any(word in scenario.__doc__ for word in wanted):
                continue
            if not attempt(world, scenario, table, release):
                recover(world)
    except Trouble as trouble:
        table.append((release, "the machine itself", "FAILED", 0))
        print(trouble)
        tell_why(world)
    finally:
        machine.cut_power()


def recover(world):
    """The start screen again, so that one failure is one failure."""
    if world.machine.qemu.poll() is not None:
        world.machine.start()
        world.machine.wait_inside(300)
    world.make_fresh()


def print_table(table, seconds_of_all):
    """What came of each scenario, in order."""
    print(f"\n{'Debian':10} {'scenario':62} {'result':7} seconds")
    for system, name, result, seconds in table:
        print(f"{system:10} {name:62} {result:7} {seconds:7.1f}")
    print(f"{'':10} {'all of them':62} {'':7} {seconds_of_all:7.1f}")


def main():
    # So that the machine is switched off, and the table printed, when the time is over.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("the time is over"))
    release, folder, program, places, *wanted = sys.argv[1:]
    folder, words, table = Path(folder), tomllib.loads((ROOT / "src/text/en.toml").read_text()), []
    key = payload(folder, program)
    began = time.monotonic()
    try:
        for name in places.split():
            run_place(name, folder, key, words, wanted, table, f"{release} {name}")
    finally:
        print_table(table, time.monotonic() - began)
    sys.exit(any(result != "ok" for _, _, result, _ in table))


if __name__ == "__main__":
    main()
