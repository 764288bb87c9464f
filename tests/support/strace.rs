//! What strace tells of the programs that were run.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long what was watched may take to end.
const PATIENCE: Duration = Duration::from_secs(60);

/// strace around a command, which keeps its place as our child: each execution with its arguments
/// and variables, by all that comes of it, into this file.
pub fn watching(file: &Path) -> Vec<String> {
    let options = "strace -DDD -f --seccomp-bpf -v -s 300000 -e trace=execve,execveat -o";
    options
        .split(' ')
        .map(str::to_owned)
        .chain([file.display().to_string()])
        .collect()
}

/// A program that was run, or tried to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Execution {
    pub program: String,
    /// The names of its variables.
    pub variables: Vec<String>,
}

/// All that was run, in order, once everything that was watched has ended.
pub fn executions(file: &Path) -> Vec<Execution> {
    let end = Instant::now() + PATIENCE;
    loop {
        let account = fs::read_to_string(file).unwrap_or_default();
        let pids = |of: fn(&&str) -> bool| {
            account
                .lines()
                .filter(of)
                .filter_map(|line| line.split(' ').next())
        };
        let ended: Vec<&str> = pids(|line| line.contains(" +++ ")).collect();
        if !ended.is_empty() && pids(|_| true).all(|pid| ended.contains(&pid)) {
            return account.lines().filter_map(Execution::read).collect();
        }
        assert!(
            Instant::now() < end,
            "something that was watched does not end:\n{account}"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

impl Execution {
    /// Of a line `PID execve("PROGRAM", ["ARGUMENT", ..], ["NAME=VALUE", ..]) = STATUS`, in which
    /// quotes within are escaped.
    fn read(line: &str) -> Option<Self> {
        let (_, call) = line.split_once(" execve")?;
        let (_, rest) = call.split_once('"')?;
        let (program, rest) = rest.split_once("\", [")?;
        let (_, environment) = rest.rsplit_once("], [").unwrap_or_default();
        let variables = environment
            .trim_start_matches('"')
            .split("\", \"")
            .filter_map(|entry| entry.split_once('='));
        Some(Self {
            program: program.to_owned(),
            variables: variables.map(|(name, _)| name.to_owned()).collect(),
        })
    }
}
