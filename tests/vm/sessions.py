"""Graphical sessions: what stands on the screen is a picture, so the journal and the processes are asked beside it."""

import hashlib
import time

import scenarios
from machine import Trouble, wait_for

PATCH = 8


class Session(scenarios.World):
    """A world whose kiosk is in a terminal of a graphical session."""

    def __init__(self, machine, words, key, unit, heading):
        super().__init__(machine, words, key)
        self.unit, self.heading = unit, heading

    def pid(self):
        return self.machine.run("pgrep -x support-kiosk -u kiosk | head -n 1", status=None) or "0"

    def picture(self):
        """A hash of what is on the screen, and how many of its bytes are not black."""
        content = self.machine.picture("screen").read_bytes()
        return hashlib.sha256(content).hexdigest(), sum(1 for byte in content[::PATCH] if byte > 32)

    def await_start(self, seconds=120):
        """Until the kiosk runs and the screen shows something that stays."""
        wait_for("a kiosk in the session", seconds, lambda: self.pid() != "0")
        return self.await_picture(None, seconds)

    def await_picture(self, before, seconds=60):
        """Until the picture is another than `before`, not black, and still."""
        last = None

        def is_still():
            nonlocal last
            now, light = self.picture()
            same, last = now == last, now
            return now if same and now != before and light > 1000 else None
        return wait_for("another picture", seconds, is_still, pause=0.7)

    def press_and_see(self, *keys):
        before, _ = self.picture()
        self.machine.press(*keys)
        return self.await_picture(before)

    def await_event(self, words, seconds=60):
        """Until the kiosk's own messages of this boot have this field, since the last call of `mark`."""
        script = f"journalctl -b -t support-kiosk -o verbose --since '{self.since}' | grep -q '{words}'"
        self.machine.await_inside(script, seconds)

    def mark(self):
        self.since = self.machine.run("date '+%F %T'")

    def make_fresh(self):
        self.machine.run(f"systemctl restart {self.unit}")
        self.await_start()


def follow_session(session):
    """guide: the session, in getty's place at once"""
    session.machine.await_screen(scenarios.LOGIN, 60)
    session.follow(session.heading)
    session.await_start()
    scenarios.show_no_getty(session)


def draw_without_3d(session):
    """guide: a graphics card without 3D"""
    folder = f"/etc/systemd/system/{session.unit}.service.d"
    session.machine.run(f"mkdir -p {folder} && printf '[Service]\\nEnvironment=WLR_RENDERER=pixman\\n' >{folder}/override.conf")


def boot(session):
    """boot to the first picture, without getty"""
    session.await_start(300)
    scenarios.show_no_getty(session)


def visit(session):
    """a visit to its end, told in the journal"""
    session.mark()
    session.press_and_see("1")
    time.sleep(1)
    session.press_and_see("ret")
    time.sleep(1)
    session.machine.press("ret")
    session.await_event("KIOSK_STAGE=running")
    session.await_event("KIOSK_EVENT=ended")
    session.machine.await_inside("! pgrep -f '[b]omgar-scc' >/dev/null", 10)
    session.machine.press("ret")
    session.await_picture(None)


def crash(session):
    """kill -9 the kiosk: the kiosk again, without getty"""
    for _ in range(2):
        old = session.pid()
        session.machine.run(f"kill -KILL {old}")
        wait_for("another kiosk", 90, lambda old=old: session.pid() not in ("0", old))
        session.await_picture(None)
        scenarios.show_no_getty(session)


def crash_display(name):
    """A scenario in which what the session stands on is killed."""

    def crash(session):
        old = session.pid()
        session.machine.run(f"pkill -KILL -x {name}")
        wait_for("another kiosk", 120, lambda: session.pid() not in ("0", old))
        session.await_picture(None)
        scenarios.show_no_getty(session)

    crash.__doc__ = f"kill -9 {name}: all again, without getty"
    return crash


def leave_as_staff(session):
    """F12 and the PIN: getty comes, and the session is gone"""
    session.press_and_see("f12")
    session.machine.type(scenarios.PIN)
    session.machine.press("ret")
    session.machine.await_screen(scenarios.LOGIN, 120)
    session.machine.await_inside(f"! systemctl is-active -q {session.unit}", 10)
    if session.pid() != "0":
        raise Trouble("a kiosk is left")
    session.machine.run(f"systemctl start {session.unit}")
    session.await_start()
    scenarios.show_no_getty(session)


def lose_polkit(session):
    """without polkitd: a screen, or cage is begun again for one"""
    session.mark()
    old = session.pid()
    session.machine.run(f"systemctl mask --now polkit && systemctl restart --no-block {session.unit}")
    # The logind of Debian 12 gives no screen then, and cage 0.1.4 waits for it for ever. A later logind gives one.
    ended = f"journalctl -b -t support-kiosk-cage --since '{session.since}' | grep -q 'no screen after a minute'"
    try:
        wait_for("a kiosk, or the end of cage", 180, lambda: session.pid() not in ("0", old) or session.machine.holds(ended))
    finally:
        session.machine.run("systemctl unmask polkit")
    session.await_start(180)
    scenarios.show_no_getty(session)


def lose_screen(session):
    """a screen that is not there: all again, until it is"""
    session.mark()
    folder = f"/run/systemd/system/{session.unit}.service.d"
    session.machine.run(f"mkdir -p {folder} && printf '[Service]\\nEnvironment=WLR_DRM_DEVICES=/dev/none\\n' >{folder}/none.conf")
    session.machine.run(f"systemctl daemon-reload && systemctl restart --no-block {session.unit}")
    try:
        script = f"journalctl -b -u {session.unit} --since '{session.since}' | grep -q 'Scheduled restart job'"
        session.machine.await_inside(script, 120)
        if session.pid() != "0":
            raise Trouble("cage has a screen")
    finally:
        session.machine.run(f"rm -r {folder}; systemctl daemon-reload")
    session.await_start(180)
    scenarios.show_no_getty(session)
