//! The client's process tree (K6, D13): its first process, and all that this one forks.
//!
//! ```text
//! kiosk ── first ── a ── b   if `a` exits, or `b` daemonizes (double fork, new session),
//!   └────────────────── b    `b` becomes a child of the kiosk, which is a subreaper
//! ```
//!
//! So no process can leave the tree. It has ended when its first process has exited and the kiosk
//! has no child that is newer than that one. All children of the kiosk belong to the tree, except
//! any that existed before: a program that called exec to become the kiosk may have had children.
//!
//! The members are found in `/proc`. `hidepid` or `ProtectProc=` can hide processes there, but not
//! our own children, unless the kernel was built without `CONFIG_PROC_CHILDREN`. It is then still
//! known whether any child is alive.
//!
//! Without [`adopt_orphans`] a process is lost once its parent exits; only descendants of the first
//! process are known.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::process::{Child, ExitStatus};

use rustix::io::Errno;
use rustix::process::{
    Pid, Signal, WaitId, WaitIdOptions, child_subreaper, kill_process, kill_process_group,
    set_child_subreaper, waitid,
};

use crate::client::proc::{Lookup, ProcStat, all_processes, boot_ticks, children, lookup};

/// Makes this process a subreaper: orphans below it become its children. For a program whose only
/// child is the client.
pub fn adopt_orphans() -> io::Result<()> {
    Ok(set_child_subreaper(Some(Pid::INIT))?)
}

/// The process tree of one client.
pub(super) struct ProcessTree {
    /// Reaped only once the tree has ended, so that its id, which is also its process group's, is
    /// not reused.
    first: Child,
    /// Whether we had no child before, so that every child belongs to the tree.
    is_only_client: bool,
    /// The children that we had before, and the time just before the first process started. No
    /// older process belongs to the tree.
    earlier_children: BTreeSet<u32>,
    spawned_at: u64,
    /// How the last orphan that failed ended.
    orphan_failure: Cell<Option<ProcessExit>>,
}

/// How a process ended: with a status or by a signal.
#[derive(Clone, Copy)]
pub(super) struct ProcessExit {
    pub(super) status: Option<i32>,
    pub(super) signal: Option<i32>,
}

impl ProcessTree {
    /// Starts the first process.
    pub(super) fn spawn<E>(spawn: impl FnOnce() -> Result<Child, E>) -> Result<Self, E> {
        let (is_only_client, earlier_children, spawned_at) =
            (is_adopting() && !has_live_child(), children(), boot_ticks());
        Ok(Self {
            first: spawn()?,
            is_only_client,
            earlier_children,
            spawned_at,
            orphan_failure: Cell::default(),
        })
    }

    pub(super) fn first_process(&self) -> Pid {
        Pid::from_child(&self.first)
    }

    /// The id of the first process and of its process group.
    pub(super) fn pid(&self) -> u32 {
        self.first.id()
    }

    /// Whether no process of the tree is alive. Reaps orphans that have exited.
    pub(super) fn has_exited(&self) -> bool {
        loop {
            // Must come before the listing: a process that is alive now is then a descendant of
            // some other child of ours, which the listing cannot miss, because that child exists,
            // alive or as a zombie, until it is reaped here.
            let first_has_ended = self.first_has_exited();
            let left_behind = self.orphans();
            if left_behind.is_empty() {
                return first_has_ended && !(self.is_only_client && has_live_child());
            }
            let lives_on = left_behind
                .into_iter()
                .filter(|pid| !self.try_reap(*pid))
                .count()
                > 0;
            if lives_on || self.is_visibly_alive() {
                return false;
            }
        }
    }

    /// Whether a process of the tree is visibly alive, without a listing of all processes. If a
    /// tree forks fast enough, every process in a listing has exited by the time the listing is
    /// complete, however often it is repeated.
    fn is_visibly_alive(&self) -> bool {
        let is_root = self.is_root();
        let lives =
            |child| matches!(lookup(child), Lookup::Seen(one) if one.is_alive() && is_root(&one));
        if self.is_only_client {
            has_live_child()
        } else {
            children().into_iter().any(lives)
        }
    }

    /// A child that has not been seen to exit; the first process before any other.
    pub(super) fn wait_target(&self) -> Option<Pid> {
        if self.first_has_exited() {
            self.orphans().into_iter().next()
        } else {
            Some(self.first_process())
        }
    }

    fn first_has_exited(&self) -> bool {
        let ended = waitid(
            WaitId::Pid(self.first_process()),
            WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT,
        );
        !matches!(ended, Ok(None))
    }

    /// How the first process ended. Call it when the tree has ended. None if the process was reaped
    /// elsewhere.
    pub(super) fn status(&mut self) -> Option<ExitStatus> {
        self.first.wait().ok()
    }

    /// How an orphan failed, if one did. Call it when the tree has ended.
    pub(super) fn orphan_failure(&self) -> Option<ProcessExit> {
        self.orphan_failure.get()
    }

    /// Reaps this child if it has exited. False if it is alive.
    fn try_reap(&self, child: Pid) -> bool {
        let Ok(ended) = waitid(
            WaitId::Pid(child),
            WaitIdOptions::EXITED | WaitIdOptions::NOHANG,
        ) else {
            return true;
        };
        let Some(ended) = ended else { return false };
        let exit = ProcessExit {
            status: ended.exit_status(),
            signal: ended.terminating_signal(),
        };
        if exit.status != Some(0) {
            self.orphan_failure.set(Some(exit));
        }
        true
    }

    /// The id of any live process of the tree.
    pub(super) fn any_pid(&self) -> Option<u32> {
        self.members()
            .iter()
            .find(|member| member.is_alive())
            .map(|member| member.pid)
    }

    /// Sends these signals to the whole tree, one after the other.
    pub(super) fn signal(&self, signals: &[Signal]) {
        let members = self.members();
        for signal in signals {
            self.signal_members(&members, *signal);
        }
    }

    /// Kills the whole tree. Our children are killed as soon as they are listed, because some
    /// may fork and exit before the listing is complete; then their descendants.
    pub(super) fn kill(&self) {
        let is_root = self.is_root();
        let mut all = Vec::new();
        for one in all_processes() {
            if is_root(&one) {
                self.signal_members(&[one], Signal::KILL);
            }
            all.push(one);
        }
        self.signal_members(&self.members_among(&all), Signal::KILL);
    }

    /// Signals process groups that are led by a member of the tree, because a group signal is
    /// atomic: no member can fork meanwhile. Other members are signalled one by one, because a
    /// client on our terminal could have joined our group or that of our shell.
    ///
    /// The id of a process that is not our child could have been reused between listing and signal,
    /// but only if the kernel went through all ids in that short time.
    fn signal_members(&self, members: &[ProcStat], signal: Signal) {
        let first = self.first.id();
        let numbers: BTreeSet<u32> = members
            .iter()
            .map(|member| member.pid)
            .chain([first])
            .collect();
        let (led, stray): (Vec<&ProcStat>, Vec<&ProcStat>) = members
            .iter()
            .partition(|member| numbers.contains(&member.group));
        let groups: BTreeSet<u32> = led
            .iter()
            .map(|member| member.group)
            .chain([first])
            .collect();
        for group in groups.into_iter().filter_map(pid) {
            // It may have exited already, here and below.
            let _ = kill_process_group(group, signal);
        }
        for stray in stray.iter().filter_map(|member| pid(member.pid)) {
            let _ = kill_process(stray, signal);
        }
    }

    /// Our children other than the first process.
    fn orphans(&self) -> Vec<Pid> {
        let (first, is_root) = (self.first.id(), self.is_root());
        all_processes()
            .filter(|one| one.pid != first && is_root(one))
            .filter_map(|root| pid(root.pid))
            .collect()
    }

    /// The whole tree: its roots and their descendants.
    fn members(&self) -> Vec<ProcStat> {
        self.members_among(&all_processes().collect::<Vec<_>>())
    }

    fn members_among(&self, all: &[ProcStat]) -> Vec<ProcStat> {
        let mut below: BTreeMap<u32, Vec<ProcStat>> = BTreeMap::new();
        for one in all {
            below.entry(one.parent).or_default().push(*one);
        }
        let is_root = self.is_root();
        let mut members: Vec<ProcStat> = all.iter().copied().filter(is_root).collect();
        let mut next = 0;
        while let Some(member) = members.get(next) {
            members.extend(below.remove(&member.pid).unwrap_or_default());
            next += 1;
        }
        members
    }

    /// Tests for the roots of the tree: the first process, and the orphans that became our
    /// children.
    fn is_root(&self) -> impl Fn(&ProcStat) -> bool {
        let (ours, first, adopting) = (std::process::id(), self.first.id(), is_adopting());
        // The start time of a hidden child is unknown, but its id is enough: it cannot be reused
        // before we reap the child.
        let is_younger = |one: &ProcStat| {
            !self.earlier_children.contains(&one.pid)
                && one.start_time.is_none_or(|began| began >= self.spawned_at)
        };
        move |one| one.pid == first || adopting && one.parent == ours && is_younger(one)
    }
}

fn is_adopting() -> bool {
    matches!(child_subreaper(), Ok(Some(_)))
}

/// Whether any of our children is alive. If waitid is asked only for stopped children, it returns
/// ECHILD when all are dead (`do_wait` in the kernel).
fn has_live_child() -> bool {
    let stopped = waitid(
        WaitId::All,
        WaitIdOptions::STOPPED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT,
    );
    !matches!(stopped, Err(Errno::CHILD))
}

fn pid(number: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(number).ok()?)
}
