"""What a kiosk on a machine of its own must do. Each scenario is a function; its first line of words is its name."""

import time

import guide
import ssh
from machine import Trouble, wait_for

KIOSK, GETTY = "support-kiosk@tty1", "getty@tty1"
PIN = "739152"
PLACE = "/root/packaging"
LOGIN = "login:"


class World:
    """The machine, the screen's words, and what the scenarios share."""

    def __init__(self, machine, words, key):
        self.machine, self.words, self.key = machine, words, key
        self.unit = KIOSK

    @property
    def start(self):
        return self.words["start"]["question"]

    def pid(self):
        """The kiosk's process; "0" if there is none."""
        return self.machine.run(f"systemctl show -p MainPID --value {self.unit}")

    def follow(self, heading):
        """The guide's commands under a heading, block by block, as root in the folder of its files."""
        for script in guide.scripts(heading):
            self.machine.run(f"cd {PLACE} && set -ex\n{script}", seconds=300)

    def await_start(self, seconds=90):
        return self.machine.await_screen(self.start, seconds)

    def make_fresh(self):
        """The kiosk at its start screen, whatever was before."""
        self.machine.run(f"systemctl restart {KIOSK}")
        self.await_start()

    def active(self):
        """The virtual terminal on the screen."""
        return self.machine.run("cat /sys/class/tty/tty0/active")

    def type_pin(self):
        """The right PIN, and a login comes."""
        self.machine.type(PIN)
        self.machine.press("ret")
        self.machine.await_screen(LOGIN, 90)
        self.machine.await_inside(f"systemctl is-active -q {GETTY}", 10)

    def choose_somebody(self):
        """From the start screen into the download."""
        self.machine.press("1")
        self.machine.await_screen("Daniel Okafor", 20)
        time.sleep(1)
        self.machine.press("ret")
        self.machine.await_screen(self.words["review"]["question"], 20)
        # Enter counts after half a second without one, on each new screen.
        time.sleep(1)
        self.machine.press("ret")
        self.machine.await_screen(self.words["running"]["question"], 60)


def show_no_getty(world, seconds=8):
    """For some seconds, once and again: no getty, no login, and one kiosk on the screen."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        state = world.machine.run(f"systemctl is-active {GETTY}", status=None)
        if state != "inactive":
            raise Trouble(f"{GETTY} is {state} beside the kiosk\n{world.machine.screen()}")
        if world.machine.holds("pgrep -x 'agetty|login' >/dev/null"):
            raise Trouble(f"a getty runs beside the kiosk\n{world.machine.screen()}")
        time.sleep(0.5)


def await_new_kiosk(world, old):
    """Another process than `old` shows the start screen, and no getty came with it."""
    wait_for("another kiosk", 60, lambda: world.pid() not in ("0", old))
    world.await_start()
    show_no_getty(world)
    world.machine.press("1")
    world.machine.await_screen("Dana Whitfield", 30)
    world.machine.press("esc")
    world.await_start()


# -- On a fresh system, where getty has tty1


def follow_first(world):
    """guide: the program, its config, its user"""
    world.machine.run(f"mkdir -p {PLACE} && mount -o ro /dev/vdb /mnt && cp -r /mnt/* {PLACE}/ && umount /mnt")
    world.machine.run(f"cd {PLACE} && chmod 755 support-kiosk")
    line = world.machine.run(f"echo {PIN} | {PLACE}/support-kiosk staff-pin 2>/dev/null")
    world.machine.run(f"cd {PLACE} && printf '%s\\n' '{line}' >/tmp/pin && sed -i '/^\\[kiosk\\]/r /tmp/pin' kiosk.toml && rm /tmp/pin")
    world.follow("First: the program, its config, its user")
    world.machine.run("systemctl restart vm-site")


def follow_machine(world):
    """guide: the machine around it"""
    world.follow("The machine around it")


def follow_ssh(world):
    """guide: SSH"""
    world.follow("SSH")


def follow_console(world):
    """guide: the console, in getty's place at once"""
    world.machine.await_screen(LOGIN, 60)
    world.follow("The console")
    world.await_start()
    show_no_getty(world)


def ask_doctor(world):
    """guide: doctor finds nothing to fix"""
    world.follow("Is it well?")


def find_serial_getty(world):
    """doctor sees a login on a serial line"""
    world.machine.run("systemctl start serial-getty@ttyS0")
    found = world.machine.run("support-kiosk doctor --lockdown --json", status=1)
    world.machine.run("systemctl stop serial-getty@ttyS0")
    if not any('"serial-consoles"' in line and '"weak"' in line for line in found.splitlines()):
        raise Trouble(found)


# -- After a boot


def boot(world):
    """boot to the first frame, without getty"""
    world.await_start(240)
    show_no_getty(world)


def visit(world):
    """a visit to its end, and nothing stays"""
    world.choose_somebody()
    world.machine.await_screen(world.words["ended"]["question"], 60)
    world.machine.await_inside("test -z \"$(ls /run/support-kiosk)\"", 10)
    world.machine.press("ret")
    world.await_start(60)
    log = world.machine.run(f"journalctl -b -u {KIOSK} -o verbose")
    for field in ("KIOSK_STAGE=running", "KIOSK_EVENT=ended", "KIOSK_STATUS=0"):
        if field not in log:
            raise Trouble(f"no {field} in the journal:\n{log[-3000:]}")


def crash_with(signal):
    """A scenario in which this signal ends the kiosk."""

    def crash(world):
        old = world.pid()
        # Rust's own handler of SIGSEGV lets a first one that somebody sends pass.
        world.machine.run(f"kill -{signal} {old} && sleep 0.1 && kill -{signal} {old} || true")
        await_new_kiosk(world, old)

    crash.__doc__ = f"kill -{signal}: the kiosk again, without getty"
    return crash


def fail_with_70(world):
    """exit 70 at each start: restarted, without getty"""
    folder = f"/run/systemd/system/{KIOSK}.service.d"
    # Too few files for it to poll its terminal.
    world.machine.run(f"mkdir -p {folder} && printf '[Service]\\nLimitNOFILE=8\\n' >{folder}/few.conf")
    world.machine.run(f"systemctl daemon-reload && systemctl restart --no-block {KIOSK}")
    try:
        world.machine.await_inside(f"test $(journalctl -b -u {KIOSK} -o cat | grep -c status=70) -ge 3", 60)
        show_no_getty(world)
    finally:
        world.machine.run(f"rm -r {folder}; systemctl daemon-reload; systemctl restart {KIOSK}")
    world.await_start()


def crash_in_session(world):
    """kill -9 in a session: the client ends, the kiosk restarts"""
    world.choose_somebody()
    old = world.pid()
    world.machine.run(f"kill -KILL {old}")
    await_new_kiosk(world, old)
    world.machine.await_inside("! pgrep -f '[b]omgar-scc' >/dev/null", 20)


def press_keys(world):
    """Ctrl-C, Ctrl-Z, Ctrl-\\, Ctrl-Alt-Del, SysRq: nothing"""
    old = world.pid()
    world.machine.press("ctrl-c", "ctrl-z", "ctrl-s", "ctrl-q", "ctrl-d", "ctrl-backslash", "alt-sysrq-k", "alt-sysrq-b")
    world.machine.press(*["ctrl-alt-delete"] * 10)
    world.await_start(20)
    if world.pid() != old:
        raise Trouble("another kiosk: a key ended the one before")
    show_no_getty(world, 3)


def refuse_switches(world):
    """Ctrl-Alt-F2, Alt-Right, chvt: no other terminal in lockdown"""
    refuse_keys(world)
    world.machine.run("timeout 2 chvt 2", status=None)
    stay_on_screen(world)
    world.await_start(20)


def refuse_keys(world):
    """Ctrl-Alt-F2, Alt-Right: no other terminal"""
    # Linux switches to no terminal that nobody has opened yet.
    world.machine.run(": >/dev/tty2; : >/dev/tty3")
    world.machine.press("ctrl-alt-f2", "alt-f3", "alt-right")
    stay_on_screen(world)


def stay_on_screen(world):
    time.sleep(1)
    if world.active() != "tty1":
        raise Trouble(f"{world.active()} is on the screen")


def type_letter(world):
    """a letter in the form: nothing else turns bright"""
    world.machine.press("3")
    world.machine.await_screen("Wi-Fi and network", 20)
    time.sleep(1)
    world.machine.press("ret")
    world.machine.await_screen(world.words["survey"]["question"], 20)
    before = world.machine.bright()
    world.machine.press("z")
    world.machine.await_screen("characters left", 20)
    after = world.machine.bright()
    wanted = ["Example IT Help Desk", world.words["survey"]["question"], "> Your name", ">"]
    if (before, after) != (wanted[:-1], wanted):
        raise Trouble(f"bright before: {before}\nbright after: {after}\nwanted: {wanted}")
    world.machine.press("esc", "esc")
    world.await_start(20)


def lock_scrolling(world):
    """Scroll Lock: the kiosk continues"""
    for _ in range(2):
        world.machine.press("scroll_lock", "1")
        world.machine.await_screen("Dana Whitfield", 20)
        world.machine.press("scroll_lock", "esc")
        world.await_start(20)


def leave_as_staff(world):
    """F12: a wrong PIN is refused, the right one ends it, getty comes"""
    world.machine.press("f12")
    world.machine.await_screen(world.words["staff"]["question"], 20)
    world.machine.type("111111")
    world.machine.press("ret")
    world.machine.await_screen(world.words["staff"]["wrong"], 60)
    time.sleep(3)
    world.type_pin()
    time.sleep(3)
    world.machine.await_inside(f"! systemctl is-active -q {KIOSK}", 5)
    switch_terminals(world)
    world.machine.run(f"systemctl start {KIOSK}")
    world.await_start()
    show_no_getty(world)


def switch_terminals(world):
    """Nothing refuses it once staff have left."""
    for key, terminal in [("ctrl-alt-f2", "tty2"), ("ctrl-alt-f1", "tty1")]:
        world.machine.press(key)
        wait_for(f"{terminal} on the screen", 10, lambda terminal=terminal: world.active() == terminal)


def ask_doctor_there(world):
    """guide: doctor on the kiosk's own terminal"""
    (line,) = guide.scripts("On the kiosk's own terminal")
    world.machine.run(f"echo root:root | chpasswd && printf '%s\\n' '{line}' 'echo It ended with $?.' >/root/well")
    world.machine.run(f"systemctl start {GETTY}")
    try:
        world.machine.await_screen(LOGIN, 60)
        for words in ("root", "root"):
            world.machine.type(words)
            world.machine.press("ret")
            time.sleep(3)
        world.machine.type("sh well")
        world.machine.press("ret")
        world.machine.await_screen("It ended with", 60)
        if "It ended with 0." not in world.machine.screen():
            raise Trouble(f"it does not end with 0:\n{world.machine.screen()}")
    finally:
        world.machine.run(f"passwd -l root; systemctl start {KIOSK}")
    world.await_start()


def find_8_bits(world):
    """a terminal not in UTF-8: names are right, and it stays so"""
    default = "/sys/module/vt/parameters/default_utf8"
    world.machine.run(f"systemctl stop {KIOSK} && echo 0 >{default} && printf '\\033%%@' >/dev/tty1 && kbd_mode -a -C /dev/tty1")
    try:
        if not is_8_bits(world):
            raise Trouble("the terminal is in UTF-8 before")
        world.machine.run(f"systemctl start {KIOSK}")
        world.await_start()
        world.machine.press("1")
        world.machine.await_screen("José Ángel Núñez", 20)
        world.machine.press("esc", "f12")
        world.machine.await_screen(world.words["staff"]["question"], 20)
        world.type_pin()
        if not is_8_bits(world):
            raise Trouble("the terminal is in UTF-8 afterwards")
    finally:
        world.machine.run(f"echo 1 >{default}; printf '\\033%%G' >/dev/tty1; kbd_mode -u -C /dev/tty1; systemctl restart {KIOSK}")
    world.await_start()


def is_8_bits(world):
    """Whether the first terminal has 8 bits a character: it has no text in Unicode then."""
    return not world.machine.holds("head -c 4 /dev/vcsu1 >/dev/null")


def leave_from_elsewhere(world):
    """systemctl start getty@tty1 ends it, from elsewhere"""
    world.machine.run(f"systemctl start {GETTY}")
    world.machine.await_screen(LOGIN, 60)
    world.machine.await_inside(f"! systemctl is-active -q {KIOSK}", 5)
    world.machine.run(f"systemctl start {KIOSK}")
    world.await_start()
    show_no_getty(world)
    world.machine.run(f"systemctl stop {KIOSK}")
    world.machine.await_inside(f"! systemctl is-active -q {KIOSK}", 5)
    world.machine.run(f"systemctl start {KIOSK}")
    world.await_start()


def break_config(world):
    """a bad config: out of service, and back by itself"""
    file = "/etc/support-kiosk/kiosk.toml"
    world.machine.run(f"cp -p {file} {file}.good && echo 'nonesuch = 1' >{file}.new && cat {file} >>{file}.new")
    world.machine.run(f"cat {file}.new >{file} && rm {file}.new && systemctl restart {KIOSK}")
    try:
        world.machine.await_screen(world.words["out_of_service"]["question"], 60)
        world.machine.await_screen("C1", 10)
        show_no_getty(world, 3)
    finally:
        world.machine.run(f"mv {file}.good {file}")
    world.await_start(90)


def connect_by_ssh(world):
    """ssh: the kiosk and nothing else"""
    ssh.show_screen(world)
    ssh.refuse_the_rest(world)


def hang_up_ssh(world):
    """ssh: the client ends when the line drops"""
    ssh.hang_up(world)


def cut_power(world):
    """power cut in a session, and a clean boot"""
    world.choose_somebody()
    world.machine.run("journalctl --sync")
    world.machine.cut_power()
    world.machine.start()
    world.machine.wait_inside(240)
    boot(world)
    left = world.machine.run("ls -A /run/support-kiosk; pgrep -f '[b]omgar-scc'", status=None)
    failed = world.machine.run("systemctl --failed --no-legend --plain")
    if left or failed:
        raise Trouble(f"left of the session: {left!r}; failed units: {failed!r}")


FRESH = [follow_first, follow_machine, follow_ssh, follow_console, ask_doctor, find_serial_getty]
BOOTED = [
    boot, visit, press_keys, refuse_switches, lock_scrolling, type_letter, crash_with("SEGV"), crash_with("ABRT"),
    crash_with("TERM"), crash_with("KILL"), fail_with_70, crash_in_session, leave_as_staff, leave_from_elsewhere,
    ask_doctor_there, find_8_bits, break_config, connect_by_ssh, hang_up_ssh, cut_power,
]
