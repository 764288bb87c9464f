//! `/proc` and `/dev/null`, which a chroot or a container may lack.

use super::check::{Check, CheckInfo};
use super::machine::MachineView;

const PROC: CheckInfo = CheckInfo {
    name: "proc",
    why: "Without it a client's processes can't be found and ended, and a locked kiosk starts no client.",
};
const NULL: CheckInfo = CheckInfo {
    name: "dev-null",
    why: "It is a client's standard input and output; without it no client starts.",
};

pub(super) fn checks(machine: &MachineView) -> Vec<Check> {
    vec![proc(machine), null(machine)]
}

fn proc(machine: &MachineView) -> Check {
    if machine.has("/proc/self/stat") {
        PROC.good("mounted")
    } else {
        PROC.broken("/proc is not mounted", "mount -t proc proc /proc")
    }
}

fn null(machine: &MachineView) -> Check {
    if machine.has("/dev/null") {
        NULL.good("there")
    } else {
        NULL.broken(
            "/dev/null is missing",
            "mknod -m 666 /dev/null c 1 3, or mount the system's /dev there",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::Severity::{Broken, Good};
    use super::super::machine::fake::Thing::Text;
    use super::super::machine::fake::machine;
    use super::*;

    #[test]
    fn a_system_without_proc_or_dev_null_is_broken() {
        let (_folder, bare) = machine(&[]);
        let (_folder, usual) = machine(&[
            ("/proc/self/stat", Text("1 (init) S")),
            ("/dev/null", Text("")),
        ]);
        for check in checks(&bare) {
            assert!(check.grade == Broken && check.fix.is_some(), "{check:?}");
        }
        for check in checks(&usual) {
            assert!(check.grade == Good && check.fix.is_none(), "{check:?}");
        }
    }
}
