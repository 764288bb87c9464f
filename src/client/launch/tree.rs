//! The client as a whole tree of processes (K6, D13): the one that was started, and all that it forked.
//!
//! ```text
//! we ── first ── a ── b           the first ends, or a forks twice, lets go and makes a session of its own:
//!  └─────────────────── b         whoever has lost its parent becomes our child (subreaper), whatever its session
//! ```
//!
//! So nobody can leave the tree: it has ended when its first process has, and we have no child that came after that one.
//! Nothing else is ever our child, but what whoever started us had started before: that is older, and is left alone.
//!
//! Who they are `/proc` tells. The kernel can be told to hide some of them there (`hidepid`, a unit's `ProtectProc`): of our
//! own children it tells us all the same, unless it was built without that; then it is still known that somebody lives.
//!
//! Without [`adopt_orphans`] whoever loses its parent is lost to us; only the first process and those below it are known.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::process::{Child, ExitStatus};

use rustix::io::Errno;
use rustix::process::{
    Pid, Signal, WaitId, WaitIdOptions, child_subreaper, kill_process, kill_process_group, set_child_subreaper, waitid,
};

use crate::client::process::{Look, Standing, children, everybody, look, now};

/// Whatever loses its parent below us becomes our child from now on. For a program whose only child is the client.
pub fn adopt_orphans() -> io::Result<()> {
    Ok(set_child_subreaper(Some(Pid::INIT))?)
}

/// The processes of one client.
pub(super) struct Tree {
    /// Not waited for before the tree has ended, so that its number, which is its group's too, stays its own.
    first: Child,
    /// Whether no child of ours is older: then every one is of the tree.
    alone: bool,
    /// Our children that are older, and the moment before the first process was there: nothing older than that is of the tree.
    older: BTreeSet<u32>,
    planted: u64,
    /// How the last of those left behind ended that failed.
    left_behind_failure: Cell<Option<Exit>>,
}

/// How a process ended: by a status, or by a signal.
#[derive(Clone, Copy)]
pub(super) struct Exit {
    pub(super) status: Option<i32>,
    pub(super) signal: Option<i32>,
}

impl Tree {
    /// Starts the first process.
    pub(super) fn plant<E>(spawn: impl FnOnce() -> Result<Child, E>) -> Result<Self, E> {
        let (alone, older, planted) = (is_adopting() && !a_child_lives(), children(), now());
        Ok(Self { first: spawn()?, alone, older, planted, left_behind_failure: Cell::default() })
    }

    /// The first process.
    pub(super) fn first(&self) -> Pid {
        Pid::from_child(&self.first)
    }

    /// The first process's number, which is its group's too.
    pub(super) fn number(&self) -> u32 {
        self.first.id()
    }

    /// Whether nothing of it lives. Whoever was left behind and has ended since is waited for.
    pub(super) fn has_ended(&self) -> bool {
        loop {
            // Asked before the look: whatever lives then stands below some other child of ours, which the look can't miss,
            // since it is there, dead or alive, until it is waited for here.
            let first_has_ended = self.first_has_ended();
            let left_behind = self.left_behind();
            if left_behind.is_empty() {
                return first_has_ended && !(self.alone && a_child_lives());
            }
            let lives_on = left_behind.into_iter().filter(|pid| !self.was_waited_for(*pid)).count() > 0;
            if lives_on || self.is_seen_to_live() {
                return false;
            }
        }
    }

    /// Whether somebody of it lives this moment, as far as that is told without a look at everybody: where one is always
    /// another, a look takes so long that whoever it finds has ended by then, however often it is repeated.
    fn is_seen_to_live(&self) -> bool {
        let is_root = self.is_root();
        let lives = |child| matches!(look(child), Look::Seen(one) if one.lives() && is_root(&one));
        if self.alone { a_child_lives() } else { children().into_iter().any(lives) }
    }

    /// A child of ours of whom it has not been seen yet that it ended, the first process before any other.
    pub(super) fn a_child(&self) -> Option<Pid> {
        if self.first_has_ended() { self.left_behind().into_iter().next() } else { Some(self.first()) }
    }

    fn first_has_ended(&self) -> bool {
        let ended = waitid(WaitId::Pid(self.first()), WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT);
        !matches!(ended, Ok(None))
    }

    /// How its first process ended. To be asked when the tree has ended; none: somebody else waited for it.
    pub(super) fn status(&mut self) -> Option<ExitStatus> {
        self.first.wait().ok()
    }

    /// How one of those left behind failed, if one did. To be asked when the tree has ended.
    pub(super) fn left_behind_failure(&self) -> Option<Exit> {
        self.left_behind_failure.get()
    }

    /// Waits for a child of ours, if it has ended. False: it lives.
    fn was_waited_for(&self, child: Pid) -> bool {
        let Ok(ended) = waitid(WaitId::Pid(child), WaitIdOptions::EXITED | WaitIdOptions::NOHANG) else { return true };
        let Some(ended) = ended else { return false };
        let exit = Exit { status: ended.exit_status(), signal: ended.terminating_signal() };
        if exit.status != Some(0) {
            self.left_behind_failure.set(Some(exit));
        }
        true
    }

    /// Somebody of it who lives.
    pub(super) fn somebody(&self) -> Option<u32> {
        self.members().iter().find(|member| member.lives()).map(|member| member.pid)
    }

    /// Sends these signals to all of it, in this order.
    pub(super) fn signal(&self, signals: &[Signal]) {
        let members = self.members();
        for signal in signals {
            self.signal_to(&members, *signal);
        }
    }

    /// Kills all of it: our children as soon as they are seen, for there are those who have become another before all have
    /// been looked at; then whoever stands below them.
    pub(super) fn kill(&self) {
        let is_root = self.is_root();
        let mut all = Vec::new();
        for one in everybody() {
            if is_root(&one) {
                self.signal_to(&[one], Signal::KILL);
            }
            all.push(one);
        }
        self.signal_to(&self.members_among(&all), Signal::KILL);
    }

    /// By groups where one of its own leads them, since a group is signalled at a stroke: nobody in it forks meanwhile. Others
    /// are signalled one by one: a client that has our terminal could have joined a group of ours, or of our shell's.
    ///
    /// A number of somebody who is not our child may have been given away between the look and the signal, if the kernel went
    /// round all its numbers meanwhile: it does not in so short a time.
    fn signal_to(&self, members: &[Standing], signal: Signal) {
        let first = self.first.id();
        let numbers: BTreeSet<u32> = members.iter().map(|member| member.pid).chain([first]).collect();
        let (led, stray): (Vec<&Standing>, Vec<&Standing>) = members.iter().partition(|member| numbers.contains(&member.group));
        let groups: BTreeSet<u32> = led.iter().map(|member| member.group).chain([first]).collect();
        for group in groups.into_iter().filter_map(pid) {
            // It may have ended by itself, here and below.
            let _ = kill_process_group(group, signal);
        }
        for stray in stray.iter().filter_map(|member| pid(member.pid)) {
            let _ = kill_process(stray, signal);
        }
    }

    /// Our children beside the first.
    fn left_behind(&self) -> Vec<Pid> {
        let (first, is_root) = (self.first.id(), self.is_root());
        everybody().filter(|one| one.pid != first && is_root(one)).filter_map(|root| pid(root.pid)).collect()
    }

    /// All of it: its roots, and whoever stands below them.
    fn members(&self) -> Vec<Standing> {
        self.members_among(&everybody().collect::<Vec<_>>())
    }

    fn members_among(&self, all: &[Standing]) -> Vec<Standing> {
        let mut below: BTreeMap<u32, Vec<Standing>> = BTreeMap::new();
        for one in all {
            below.entry(one.parent).or_default().push(*one);
        }
        let is_root = self.is_root();
        let mut members: Vec<Standing> = all.iter().copied().filter(is_root).collect();
        let mut next = 0;
        while let Some(member) = members.get(next) {
            members.extend(below.remove(&member.pid).unwrap_or_default());
            next += 1;
        }
        members
    }

    /// What tells the first process, and those that became our children because it, or one below it, let go of them.
    fn is_root(&self) -> impl Fn(&Standing) -> bool {
        let (ours, first, adopting) = (std::process::id(), self.first.id(), is_adopting());
        // One that hides is known by its number alone: no child of ours loses that before we wait for it.
        let is_younger = |one: &Standing| !self.older.contains(&one.pid) && one.began.is_none_or(|began| began >= self.planted);
        move |one| one.pid == first || adopting && one.parent == ours && is_younger(one)
    }
}

fn is_adopting() -> bool {
    matches!(child_subreaper(), Ok(Some(_)))
}

/// Whether any child of ours lives. Asked for stops alone the kernel finds no child where all are dead (`do_wait`).
fn a_child_lives() -> bool {
    let stopped = waitid(WaitId::All, WaitIdOptions::STOPPED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT);
    !matches!(stopped, Err(Errno::CHILD))
}

fn pid(number: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(number).ok()?)
}
