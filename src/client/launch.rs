//! The client as a process of its own, with nothing of ours (K6): a new session without our terminal, `/dev/null`
//! for standard input, output and error, no other descriptor, no signal that it would not hear, umask 077, its own folder
//! to work in, and variables of its own ([`environment`]).
//!
//! The exception is a terminal program (`launch.foreground`): it has our terminal, and stays in our session, since a terminal
//! serves one alone. All else is the same for it.
//!
//! From its first process on the client is a whole tree ([`tree`]), and lives as long as anything of that does ([`end`]).

mod changes;
mod command;
mod display;
mod end;
mod environment;
mod exec;
mod signals;
mod tree;

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::os::fd::{BorrowedFd, RawFd};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::fs::Mode;
use rustix::io::{Errno, FdFlags};
use rustix::process::{Pid, Signal};

pub use command::{desktop_shell, has_program};
pub use tree::adopt_orphans;

use changes::Changes;
use environment::Variables;
use exec::Exec;
use tree::Tree;

use super::folder::{self, Visit};
use super::process::start_time;
use super::{Download, Order, Purpose};
use crate::clean::Clean;
use crate::config::{Config, Kind, WhenLeft};
use crate::env::Environment;
use crate::failure::{Failure, Fault};
use crate::file_type;
use crate::job::{Cancel, Stop};
use crate::session::Stage;
use crate::sys::causes;
use crate::sys::lease::{self, TerminalLease};

/// For so long a file that another thread's child still holds open for writing is tried again (D12).
const BUSY_AT_MOST: Duration = Duration::from_secs(2);
const BUSY_PAUSE: Duration = Duration::from_millis(20);
/// The standard input, output and error of a client that has no terminal.
const NULL: &str = "/dev/null";

/// Why the system takes a script behind a byte order mark for no program.
const MARKED_SCRIPT: &str = "the file begins with a byte order mark, so the system does not see its #! line";

/// Whether a client could run on this machine, as far as that shows before one is there: a display, where one is needed, a
/// folder from which programs run, and the program that `launch.command` names.
pub fn can_run_here(config: &Config, environment: Environment<'_>) -> Result<(), Failure> {
    if config.kiosk.lockdown {
        has_proc()?;
    }
    if !config.launch.foreground {
        null()?;
    }
    has_display(config, environment)?;
    has_program(config)?;
    has_folder(config, environment)?;
    has_home(config, environment)
}

/// Whether a client could be ended with all that it forks: its processes are found in `/proc` alone (K6).
fn has_proc() -> Result<(), Failure> {
    let sees_itself = start_time(std::process::id()).is_some();
    if sees_itself { Ok(()) } else { Err(Failure::about(Fault::CannotStart, "/proc is not mounted")) }
}

/// Whether a client's window could open, where it has one.
pub fn has_display(config: &Config, environment: Environment<'_>) -> Result<(), Failure> {
    let launch = &config.launch;
    let is_missing = launch.needs_display && !display::is_there(&environment::configured(launch, environment));
    if is_missing { Err(Fault::NoDisplay.into()) } else { Ok(()) }
}

/// Whether a client could show its window under Wayland.
pub fn has_wayland(config: &Config, environment: Environment<'_>) -> bool {
    display::wayland(&environment::configured(&config.launch, environment))
}

/// The variable that every client gets under this name from our environment or from the config. `HOME`, `TMPDIR` and the
/// like are the visit's own, and not among them.
pub fn variable_of_client(config: &Config, environment: Environment<'_>, name: &str) -> Option<OsString> {
    environment::configured(&config.launch, environment).remove(OsStr::new(name)).filter(|value| !value.is_empty())
}

/// Whether there is a folder for clients from which programs run. It is made where it can be.
pub fn has_folder(config: &Config, environment: Environment<'_>) -> Result<(), Failure> {
    folder::look(config, environment, Purpose::Run)
}

/// Whether a client could use its home directory, where that is the account's own.
pub fn has_home(config: &Config, environment: Environment<'_>) -> Result<(), Failure> {
    environment::shared_home(&config.launch, environment).map(drop)
}

/// A client that runs.
///
/// Letting go of it without [`Client::wait`] is the same as [`Client::leave`], but by a panic: that ends one that was not
/// handed over yet or ends with its visitor (D14).
pub struct Client {
    tree: Tree,
    changes: Changes,
    began: Instant,
    /// None once it was removed.
    folder: Option<Visit>,
    /// Whom the folder's record names beside us: a process of the tree.
    keeper: u32,
    /// The terminal, where it was lent to the client.
    foreground: Option<Arc<TerminalLease>>,
    /// Whether a panic of ours is its end.
    ends_with_us: bool,
    /// Whether it is a script whose lines end as on Windows.
    has_windows_line_ends: bool,
}

impl Client {
    /// The process id of its first process, which is also the id of that one's process group, and of its session unless it
    /// is in the foreground.
    pub fn pid(&self) -> u32 {
        self.tree.number()
    }
}

impl Download {
    /// Starts the client, unless the order was cancelled. A terminal that is lent is the client's for as long as it runs.
    pub fn launch(
        self,
        order: &Order<'_>,
        foreground: Option<Arc<TerminalLease>>,
        stages: &mut dyn FnMut(Stage),
    ) -> Result<Client, Stop> {
        stages(Stage::Starting);
        let client = self.visit.path().join(self.file_name());
        let words = command::arguments(&order.config.launch.command, self.kind(), &client)?;
        let home = environment::shared_home(&order.config.launch, order.environment)?;
        let directories = self.visit.client_directories(home)?;
        let variables = environment::variables(&order.config.launch, order.environment, &directories);
        let mut command = command(order, &words, &variables, foreground.as_deref())?;
        command.current_dir(self.visit.path());
        let has_windows_line_ends = [Kind::Script, Kind::Desktop].contains(&self.kind())
            && File::open(&client).is_ok_and(|client| file_type::has_windows_line_ends(&client));
        // Before it is there: a client that runs can always be ended.
        let changes = Changes::watch().map_err(|error| cannot_start(&error))?;
        let began = Instant::now();
        let tree = Tree::plant(|| spawn(&mut command, order.cancel))?;
        let keeper = tree.number();
        // We too, as long as we watch: it may fork and go at any moment. Where that can't be recorded the folder stays ours:
        // swept too early only once we are dead and another kiosk starts.
        let _ = self.visit.entrust(&[std::process::id(), keeper]);
        let folder = Some(self.visit);
        let mut client = Client { tree, changes, began, folder, keeper, foreground, ends_with_us: true, has_windows_line_ends };
        if order.cancel.is_cancelled() {
            client.cut_off();
            return Err(Stop::Cancelled);
        }
        stages(Stage::Running { pid: client.pid() });
        client.ends_with_us = order.config.launch.when_left == WhenLeft::End;
        Ok(client)
    }
}

fn command(
    order: &Order<'_>,
    words: &[OsString],
    variables: &Variables,
    foreground: Option<&TerminalLease>,
) -> Result<Command, Failure> {
    let mut command = Command::new(words.first().ok_or(Failure::from(Fault::CannotStart))?);
    let exec = Exec::new(words, variables).map_err(|error| cannot_start(&error.into()))?;
    match foreground {
        Some(terminal) => terminal.connect(&mut command).map_err(|error| cannot_start(&error))?,
        None => connect_to_null(&mut command)?,
    }
    let apart: fn() -> io::Result<()> = if foreground.is_some() { lease::enter_foreground } else { a_session_of_its_own };
    let inherited = open_descriptors().map_err(|error| cannot_start(&error))?;
    let (ours, ends_with_us) = (rustix::process::getpid(), order.config.launch.when_left == WhenLeft::End);
    #[expect(unsafe_code, reason = "a session of its own can only be made between fork and exec")]
    // SAFETY: between fork and exec the closure makes system calls alone, on memory that was laid out before the fork; it
    // allocates nothing and takes no lock. The descriptors that it borrows are only marked, and one that was closed since
    // is answered with EBADF.
    unsafe {
        command.pre_exec(move || {
            apart()?;
            if ends_with_us {
                end_with(ours)?;
            }
            rustix::process::umask(Mode::RWXG | Mode::RWXO);
            signals::hear_all();
            for descriptor in &inherited {
                close_on_exec(BorrowedFd::borrow_raw(*descriptor))?;
            }
            // The last of them: what comes behind it in the library is never come to.
            Err(exec.now())
        });
    }
    Ok(command)
}

/// Opened here, and not by the library as it starts the client: its absence would be taken for that of the client's
/// interpreter.
fn connect_to_null(command: &mut Command) -> Result<(), Failure> {
    command.stdin(null()?).stdout(null()?).stderr(null()?);
    Ok(())
}

fn null() -> Result<File, Failure> {
    let opened = File::options().read(true).write(true).open(NULL);
    opened.map_err(|error| {
        let is_missing = error.kind() == ErrorKind::NotFound;
        if is_missing { Failure::about(Fault::MissingInterpreter, NULL) } else { cannot_start(&error) }
    })
}

fn a_session_of_its_own() -> io::Result<()> {
    Ok(rustix::process::setsid().map(drop)?)
}

/// Between fork and exec: has the kernel kill this process once `parent` is gone, however that came to its end. Strictly it
/// is when the thread ends that forked; that one waits for as long as the client lives. What this process forks is on its
/// own: that it goes too is left to whoever watches over `parent`, such as a unit of systemd.
fn end_with(parent: Pid) -> io::Result<()> {
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    // It may have been gone before that.
    if rustix::process::getppid() == Some(parent) { Ok(()) } else { Err(Errno::SRCH.into()) }
}

/// Our descriptors past standard error. Ours all close themselves; those that we were started with may not. None where the
/// system does not list them.
fn open_descriptors() -> io::Result<Vec<RawFd>> {
    let entries = match fs::read_dir("/dev/fd") {
        Err(error) if causes::is_want(&error) => return Err(error),
        entries => entries.into_iter().flatten().flatten(),
    };
    let numbers = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    Ok(numbers.filter(|number| *number > 2).collect())
}

fn close_on_exec(descriptor: BorrowedFd<'_>) -> io::Result<()> {
    match rustix::io::fcntl_setfd(descriptor, FdFlags::CLOEXEC) {
        Ok(()) | Err(Errno::BADF) => Ok(()),
        Err(errno) => Err(errno.into()),
    }
}

fn spawn(command: &mut Command, cancel: &Cancel) -> Result<Child, Stop> {
    let began = Instant::now();
    loop {
        if cancel.is_cancelled() {
            return Err(Stop::Cancelled);
        }
        match command.spawn() {
            Ok(child) => return Ok(child),
            Err(error) if error.kind() == ErrorKind::ExecutableFileBusy && began.elapsed() < BUSY_AT_MOST => {
                std::thread::sleep(BUSY_PAUSE);
            }
            Err(error) => return Err(failure_of_start(&error, command).into()),
        }
    }
}

fn failure_of_start(error: &io::Error, command: &Command) -> Failure {
    if error.kind() == ErrorKind::NotFound {
        return missing(command);
    }
    let failure = cannot_start(error);
    let is_unknown_format = error.raw_os_error() == Some(Errno::NOEXEC.raw_os_error());
    match client_of(command).filter(|client| is_unknown_format && file_type::is_marked_script(client)) {
        Some(_) => Failure { detail: Some(Clean::washed(MARKED_SCRIPT, usize::MAX)), ..failure },
        None => failure,
    }
}

/// What is not there: the program that `launch.command` names, or what the client needs itself.
fn missing(command: &Command) -> Failure {
    // The client's own name may carry the session.
    let needed = if starts_client(command) {
        client_of(command).and_then(|client| file_type::interpreter(&client))
    } else {
        Some(command.get_program().to_string_lossy().into_owned())
    };
    needed.map_or(Fault::MissingInterpreter.into(), |path| Failure::about(Fault::MissingInterpreter, &path))
}

/// Whether the command runs the client itself, and no program that reads it.
fn starts_client(command: &Command) -> bool {
    command.get_current_dir().is_some_and(|folder| Path::new(command.get_program()).starts_with(folder))
}

/// The client that the command runs itself.
fn client_of(command: &Command) -> Option<File> {
    if starts_client(command) { File::open(command.get_program()).ok() } else { None }
}

fn cannot_start(error: &io::Error) -> Failure {
    if causes::is_want(error) {
        return Failure::from(Fault::Internal).because(&causes::told(error));
    }
    let words = error.to_string();
    // The number is for the log.
    let words = words.split(" (os error").next().unwrap_or_default();
    Failure::about(Fault::CannotStart, words).because(&causes::told(error))
}
