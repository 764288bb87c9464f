//! Kernel settings: `/proc/sys` and `/proc/swaps`.

use super::check::{Check, CheckInfo};
use super::machine::{MachineText, MachineView};

const VERSION: CheckInfo = CheckInfo {
    name: "kernel",
    why: "On a kernel older than required, sessions may fail to start or to end.",
};
const TYPING: CheckInfo = CheckInfo {
    name: "tiocsti",
    why: "A program that gets access to a terminal could type into it, like a person at the keyboard.",
};
const MAGIC_KEYS: CheckInfo = CheckInfo {
    name: "sysrq",
    why: "Anyone at the keyboard can end the kiosk or restart the machine with Alt-SysRq and a letter.",
};
const TRACING: CheckInfo = CheckInfo {
    name: "ptrace",
    why: "A client could read what another visitor typed from the memory of other programs of the same user.",
};
const CORES: CheckInfo = CheckInfo {
    name: "cores",
    why: "When a client crashes, its memory goes to a file or a program and stays there.",
};
const SWAP: CheckInfo = CheckInfo {
    name: "swap",
    why: "What visitors type can be written to the disk and read there later.",
};

const SYSCTL: &str = "packaging/system/60-support-kiosk-sysctl.conf";

pub(super) fn checks(machine: &MachineView) -> Vec<Check> {
    vec![
        version(machine),
        typing(machine),
        magic_keys(machine),
        tracing(machine),
        cores(machine),
        swap(machine),
    ]
}

fn sysctl_fix(setting: &str) -> String {
    format!("sysctl {setting}, and permanently: {SYSCTL}")
}

/// The oldest supported kernel (README.md).
const OLDEST: (u32, u32) = (4, 18);

fn version(machine: &MachineView) -> Check {
    let fix = format!("run a kernel of version {}.{} or later", OLDEST.0, OLDEST.1);
    let release = match machine.read("/proc/sys/kernel/osrelease") {
        MachineText::Text(release) => release,
        MachineText::Missing => {
            return VERSION.unknown("/proc/sys/kernel/osrelease is missing", &fix);
        }
        MachineText::Unreadable(why) => return VERSION.unknown(&why, &fix),
    };
    match parse_version(&release) {
        Some(version) if version < OLDEST => VERSION.weak(&format!("{release} is too old"), &fix),
        Some(_) => VERSION.good(&release),
        None => VERSION.unknown(&format!("its version is {release}"), &fix),
    }
}

/// For `6.1.0-50-amd64`: 6 and 1.
fn parse_version(release: &str) -> Option<(u32, u32)> {
    let mut numbers = release.split(|c: char| !c.is_ascii_digit()).map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

fn typing(machine: &MachineView) -> Check {
    match machine.read("/proc/sys/dev/tty/legacy_tiocsti") {
        MachineText::Text(off) if off == "0" => TYPING.good("off"),
        MachineText::Text(_) => TYPING.weak(
            "dev.tty.legacy_tiocsti is on",
            &sysctl_fix("dev.tty.legacy_tiocsti=0"),
        ),
        MachineText::Missing => TYPING.lacking(
            "on: this kernel has no switch for it",
            "run a kernel of version 6.2 or later",
        ),
        MachineText::Unreadable(why) => {
            TYPING.unknown(&why, &sysctl_fix("dev.tty.legacy_tiocsti=0"))
        }
    }
}

/// The magic `SysRq` functions that a customer must not have, by the bits of kernel.sysrq (the
/// kernel's admin guide, sysrq). Syncing the disks (16) is harmless.
const MAGIC: [(u32, &str); 7] = [
    (2, "change the console's log level"),
    (4, "kill everything on the terminal"),
    (8, "write out memory and registers"),
    (32, "make the disks read-only"),
    (64, "kill all programs"),
    (128, "restart or switch off"),
    (256, "change priorities"),
];

fn magic_keys(machine: &MachineView) -> Check {
    let fix = sysctl_fix("kernel.sysrq=0");
    let value = match machine.read("/proc/sys/kernel/sysrq") {
        MachineText::Text(value) => value,
        MachineText::Missing => return MAGIC_KEYS.good("the kernel has none"),
        MachineText::Unreadable(why) => return MAGIC_KEYS.unknown(&why, &fix),
    };
    let allowed = match value.parse::<u32>() {
        Ok(1) => return MAGIC_KEYS.weak("kernel.sysrq is 1: all of them work", &fix),
        Ok(bits) => MAGIC
            .iter()
            .filter(|(bit, _)| bits & bit != 0)
            .map(|(_, does)| *does)
            .collect::<Vec<_>>(),
        Err(_) => return MAGIC_KEYS.unknown(&format!("kernel.sysrq is {value}"), &fix),
    };
    if allowed.is_empty() {
        return MAGIC_KEYS.good("off");
    }
    MAGIC_KEYS.weak(
        &format!("kernel.sysrq is {value}: keys {}", allowed.join(", ")),
        &fix,
    )
}

fn tracing(machine: &MachineView) -> Check {
    let fix = sysctl_fix("kernel.yama.ptrace_scope=1");
    match machine.read("/proc/sys/kernel/yama/ptrace_scope") {
        MachineText::Text(open) if open == "0" => TRACING.weak(
            "kernel.yama.ptrace_scope is 0: any program of the same user may",
            &fix,
        ),
        MachineText::Text(_) => TRACING.good("programs read only their own children"),
        MachineText::Missing => TRACING.weak(
            "the kernel has no Yama, or it is off",
            "start the kernel with yama in its list lsm=",
        ),
        MachineText::Unreadable(why) => TRACING.unknown(&why, &fix),
    }
}

/// Lockdown sets the limit of core files to zero, so none is written; but the kernel runs a program
/// whatever the limit.
fn cores(machine: &MachineView) -> Check {
    let fix = sysctl_fix("kernel.core_pattern='|/bin/false'");
    let pattern = match machine.read("/proc/sys/kernel/core_pattern") {
        MachineText::Text(pattern) => pattern,
        MachineText::Missing => return CORES.good("the kernel writes none"),
        MachineText::Unreadable(why) => return CORES.unknown(&why, &fix),
    };
    match pattern
        .strip_prefix('|')
        .map(|command| command.split_whitespace().next().unwrap_or_default())
    {
        None => CORES.good("written up to a limit, which is 0 in lockdown"),
        Some("/bin/false" | "/usr/bin/false" | "/bin/true" | "/usr/bin/true") => {
            CORES.good("thrown away")
        }
        Some(program) => CORES.weak(
            &format!("passed to {program}, regardless of the limit"),
            &fix,
        ),
    }
}

fn swap(machine: &MachineView) -> Check {
    let fix =
        "swapoff -a, and remove it from /etc/fstab; or encrypt it (/etc/crypttab, option swap)";
    let areas = match machine.read("/proc/swaps") {
        MachineText::Text(areas) => areas,
        MachineText::Missing => return SWAP.good("none"),
        MachineText::Unreadable(why) => return SWAP.unknown(&why, fix),
    };
    let names = areas
        .lines()
        .skip(1)
        .filter_map(|line| line.split_whitespace().next());
    let open: Vec<&str> = names
        .filter(|name| !is_memory(name) && !is_encrypted(machine, name))
        .collect();
    if open.is_empty() {
        SWAP.good("none that is unencrypted on a disk")
    } else {
        SWAP.weak(&format!("unencrypted on {}", open.join(", ")), fix)
    }
}

fn is_memory(area: &str) -> bool {
    area.starts_with("/dev/zram")
}

/// Whether the device mapper reports it as a dm-crypt device.
fn is_encrypted(machine: &MachineView, area: &str) -> bool {
    let Some(device) = area
        .strip_prefix("/dev/")
        .filter(|name| name.starts_with("dm-"))
    else {
        return false;
    };
    matches!(machine.read(&format!("/sys/block/{device}/dm/uuid")), MachineText::Text(uuid) if uuid.starts_with("CRYPT-"))
}

#[cfg(test)]
mod tests {
    use super::super::check::Severity::{self, Good, Lacking, Unknown, Weak};
    use super::super::machine::fake::Thing::{self, Text, Unreadable};
    use super::super::machine::fake::machine;
    use super::*;

    fn assert_grades(
        check: fn(&MachineView) -> Check,
        path: &str,
        cases: Vec<(Option<Thing>, Severity, &str)>,
    ) {
        for (thing, grade, found) in cases {
            let (_folder, machine) = machine(
                &thing
                    .map(|thing| (path, thing))
                    .into_iter()
                    .collect::<Vec<_>>(),
            );
            let check = check(&machine);
            assert!(
                check.grade == grade && check.found.contains(found),
                "expected {grade:?}, {found:?}: {check:?}"
            );
            assert_eq!(check.fix.is_none(), grade == Good, "{check:?}");
        }
    }

    #[test]
    fn a_kernel_is_weak_that_is_older_than_the_program_is_made_for() {
        assert_grades(
            version,
            "/proc/sys/kernel/osrelease",
            vec![
                (Some(Text("6.1.0-50-amd64\n")), Good, "6.1.0-50-amd64"),
                (Some(Text("4.18.0-553.el8.x86_64\n")), Good, "4.18"),
                (Some(Text("4.17.19\n")), Weak, "4.17.19 is too old"),
                (Some(Text("3.10.0-1160.el7.x86_64\n")), Weak, "too old"),
                (Some(Text("new\n")), Unknown, "new"),
                (None, Unknown, "missing"),
                (Some(Unreadable), Unknown, "can't be read"),
            ],
        );
    }

    #[test]
    fn tiocsti_is_good_only_where_it_is_off() {
        assert_grades(
            typing,
            "/proc/sys/dev/tty/legacy_tiocsti",
            vec![
                (Some(Text("0\n")), Good, "off"),
                (Some(Text("1\n")), Weak, "is on"),
                (None, Lacking, "no switch"),
                (Some(Unreadable), Unknown, "can't be read"),
            ],
        );
    }

    #[test]
    fn harmless_magic_keys_may_stay_enabled() {
        assert_grades(
            magic_keys,
            "/proc/sys/kernel/sysrq",
            vec![
                (Some(Text("0\n")), Good, "off"),
                (Some(Text("16\n")), Good, "off"),
                (Some(Text("1\n")), Weak, "all of them"),
                (
                    Some(Text("176\n")),
                    Weak,
                    "keys make the disks read-only, restart or switch off",
                ),
                (Some(Text("438\n")), Weak, "kill everything on the terminal"),
                (Some(Text("many\n")), Unknown, "many"),
                (None, Good, "none"),
                (Some(Unreadable), Unknown, "can't be read"),
            ],
        );
    }

    #[test]
    fn only_parent_processes_may_trace() {
        assert_grades(
            tracing,
            "/proc/sys/kernel/yama/ptrace_scope",
            vec![
                (Some(Text("1")), Good, ""),
                (Some(Text("3")), Good, ""),
                (Some(Text("0")), Weak, "any program"),
                (None, Weak, "Yama"),
                (Some(Unreadable), Unknown, "can't be read"),
            ],
        );
    }

    #[test]
    fn a_program_that_receives_cores_is_named_without_its_arguments() {
        assert_grades(
            cores,
            "/proc/sys/kernel/core_pattern",
            vec![
                (Some(Text("core")), Good, "limit"),
                (Some(Text("|/bin/false")), Good, "thrown away"),
                (
                    Some(Text("|/usr/lib/systemd/systemd-coredump %P %u")),
                    Weak,
                    "passed to /usr/lib/systemd/systemd-coredump, ",
                ),
                (None, Good, ""),
                (Some(Unreadable), Unknown, "can't be read"),
            ],
        );
    }

    #[test]
    fn swap_is_good_in_memory_and_where_it_is_encrypted() {
        let title = "Filename\tType\tSize\tUsed\tPriority\n";
        let areas: &'static str =
            format!("{title}/dev/zram0 partition 1 0 100\n/dev/dm-1 partition 1 0 -2\n").leak();
        let crypt = ("/sys/block/dm-1/dm/uuid", Text("CRYPT-PLAIN-swap\n"));
        let (_folder, encrypted) = machine(&[("/proc/swaps", Text(areas)), crypt]);
        assert_eq!(swap(&encrypted).grade, Good);
        assert_grades(
            swap,
            "/proc/swaps",
            vec![
                (Some(Text(areas)), Weak, "unencrypted on /dev/dm-1"),
                (
                    Some(Text(format!("{title}/swapfile file 1 0 -2\n").leak())),
                    Weak,
                    "/swapfile",
                ),
                (Some(Text(title)), Good, "none"),
                (None, Good, "none"),
                (Some(Unreadable), Unknown, "can't be read"),
            ],
        );
    }
}
