//! An older kernel: a seccomp filter refuses the system calls of 5.1 and later, and `PR_GET_AUXV`
//! of 6.4.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;

use nix::libc::{
    BPF_ABS, BPF_JEQ, BPF_JGE, BPF_JMP, BPF_K, BPF_LD, BPF_RET, BPF_W, EINVAL, ENOSYS,
    PR_SET_SECCOMP, SECCOMP_MODE_FILTER, SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO, SYS_prctl, c_long,
    prctl, sock_filter, sock_fprog,
};

/// The first system call of 5.1. Those between 4.18 and it have no number on the machines that we
/// build for; from here on the numbers are the same on all.
const FIRST_NEW_CALL: c_long = 424;
/// Reads the auxiliary vector since 6.4; before, only `/proc/self/auxv` has it.
const PR_GET_AUXV: u32 = 0x4155_5856;

/// Where the filter finds the number of a call and its first argument (the lower half, on a
/// little-endian machine).
const NUMBER: u32 = 0;
const FIRST_ARGUMENT: u32 = 16;

/// Runs a program, and all that it starts, as on an old kernel.
#[expect(
    unsafe_code,
    reason = "a filter can be set between fork and exec alone; two system calls that allocate nothing"
)]
pub fn on_an_old_kernel(command: &mut Command) {
    let mut filter = filter();
    // SAFETY: the closure makes two system calls, on memory that it owns.
    unsafe {
        command.pre_exec(move || {
            // Without this only root may set a filter. A locked kiosk does it anyway.
            rustix::thread::set_no_new_privs(true)?;
            let program = sock_fprog {
                len: u16::try_from(filter.len()).unwrap_or(0),
                filter: filter.as_mut_ptr(),
            };
            match prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &raw const program) {
                0 => Ok(()),
                _ => Err(io::Error::last_os_error()),
            }
        });
    }
}

fn filter() -> [sock_filter; 8] {
    [
        step(BPF_LD | BPF_W | BPF_ABS, 0, 0, NUMBER),
        step(BPF_JMP | BPF_JGE | BPF_K, 5, 0, number(FIRST_NEW_CALL)),
        step(BPF_JMP | BPF_JEQ | BPF_K, 0, 2, number(SYS_prctl)),
        step(BPF_LD | BPF_W | BPF_ABS, 0, 0, FIRST_ARGUMENT),
        step(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, PR_GET_AUXV),
        step(BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW),
        step(
            BPF_RET | BPF_K,
            0,
            0,
            SECCOMP_RET_ERRNO | number(EINVAL.into()),
        ),
        step(
            BPF_RET | BPF_K,
            0,
            0,
            SECCOMP_RET_ERRNO | number(ENOSYS.into()),
        ),
    ]
}

/// What to do, how many steps to skip where a comparison holds and where it does not, and the
/// number that it is about.
fn step(code: u32, holds: u8, fails: u8, k: u32) -> sock_filter {
    sock_filter {
        code: u16::try_from(code).expect("a code"),
        jt: holds,
        jf: fails,
        k,
    }
}

fn number(number: c_long) -> u32 {
    u32::try_from(number).expect("a small number")
}
