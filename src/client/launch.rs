//! Starts the client as a separate process that shares nothing with the kiosk (K6): its own session
//! without our terminal, `/dev/null` for standard input, output and error, no other descriptors,
//! default signal actions, umask 077, the session directory as its working directory, and its own
//! environment ([`environment`]).
//!
//! A terminal program (`launch.foreground`) gets our terminal. It stays in our session, because a
//! terminal belongs to a single session. Everything else is the same.
//!
//! The client is a process tree ([`process_tree`]) and runs until all its processes have exited
//! ([`end`]).

mod child_watcher;
mod command;
mod display;
mod end;
mod environment;
mod exec;
mod process_tree;
mod signals;

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

pub use command::{check_program, desktop_shell};
pub use process_tree::adopt_orphans;

use child_watcher::ChildWatcher;
use environment::Variables;
use exec::Exec;
use process_tree::ProcessTree;

use super::proc::start_time;
use super::session_dir::{self, SessionDir};
use super::{Download, Purpose, SessionOptions};
use crate::clean::Clean;
use crate::config::{Config, FileKind, WhenLeft};
use crate::env::Environment;
use crate::failure::{Failure, Fault};
use crate::file_type;
use crate::job::SessionError;
use crate::session::{SessionRequest, Stage};
use crate::site::redact::{Truncated, redact};
use crate::sys::error_chain;
use crate::sys::lease::{self, TerminalLease};

/// How long a start is retried while a child of another thread has the file open for writing (D12).
const BUSY_TIMEOUT: Duration = Duration::from_secs(2);
const BUSY_PAUSE: Duration = Duration::from_millis(20);
const DEV_NULL: &str = "/dev/null";

/// The detail if the kernel does not run a script because of its byte order mark.
const SCRIPT_BOM: &str =
    "the file begins with a byte order mark, so the system does not see its #! line";

/// Checks what can be checked before there is a client: the display, if one is needed; a directory
/// from which programs can run; and the program of `launch.command`.
pub fn check_can_run(config: &Config, environment: Environment<'_>) -> Result<(), Failure> {
    if config.kiosk.lockdown {
        check_proc()?;
    }
    if !config.launch.foreground {
        open_null()?;
    }
    check_display(config, environment)?;
    check_program(config)?;
    check_session_dir(config, environment)?;
    check_home(config, environment)
}

/// Checks that all processes of a client could be killed. They can be found only in `/proc` (K6).
fn check_proc() -> Result<(), Failure> {
    let sees_itself = start_time(std::process::id()).is_some();
    if sees_itself {
        Ok(())
    } else {
        Err(Failure::with_subject(
            Fault::CannotStart,
            "/proc is not mounted",
        ))
    }
}

/// Checks that the client could open a window, if it has one.
pub fn check_display(config: &Config, environment: Environment<'_>) -> Result<(), Failure> {
    let launch = &config.launch;
    let is_missing = launch.needs_display
        && !display::is_available(&environment::configured(launch, environment));
    if is_missing {
        Err(Fault::NoDisplay.into())
    } else {
        Ok(())
    }
}

/// Whether the client could open a window under Wayland.
pub fn has_wayland(config: &Config, environment: Environment<'_>) -> bool {
    display::has_wayland(&environment::configured(&config.launch, environment))
}

/// A variable that every client gets from our environment or the config. `HOME`, `TMPDIR` and the
/// like are set for each session and not found here.
pub fn client_variable(
    config: &Config,
    environment: Environment<'_>,
    name: &str,
) -> Option<OsString> {
    environment::configured(&config.launch, environment)
        .remove(OsStr::new(name))
        .filter(|value| !value.is_empty())
}

/// Checks that there is a directory in which clients can run. Creates it if possible.
pub fn check_session_dir(config: &Config, environment: Environment<'_>) -> Result<(), Failure> {
    session_dir::check(config, environment, Purpose::Run)
}

/// Checks that a client could use the account's home directory, if it gets that one.
pub fn check_home(config: &Config, environment: Environment<'_>) -> Result<(), Failure> {
    environment::shared_home(&config.launch, environment).map(drop)
}

/// A running client.
///
/// Dropping it is the same as [`RunningClient::leave_running`], except in a panic: a client that was not
/// handed over yet, or that `launch.when_left` ends, is then killed (D14).
pub struct RunningClient {
    tree: ProcessTree,
    child_watcher: ChildWatcher,
    started_at: Instant,
    /// None once it is removed.
    session_dir: Option<SessionDir>,
    /// The process of the tree that the owner record names, besides this program.
    recorded_owner: u32,
    /// The terminal, if the client has it.
    foreground: Option<Arc<TerminalLease>>,
    /// Whether a panic of this program kills it.
    stops_on_drop: bool,
    /// Whether it is a script with Windows line ends.
    has_windows_line_ends: bool,
}

impl RunningClient {
    /// The id of its first process, which is also that of its process group and, unless it has the
    /// terminal, of its session.
    pub fn pid(&self) -> u32 {
        self.tree.pid()
    }
}

impl Download {
    /// Starts the client, unless the order was cancelled. With a lease, the client has the terminal
    /// while it runs.
    pub fn launch(
        self,
        options: &SessionOptions<'_>,
        foreground: Option<Arc<TerminalLease>>,
        stages: &mut dyn FnMut(Stage),
    ) -> Result<RunningClient, SessionError> {
        stages(Stage::Starting);
        let client = self.session_dir.path().join(self.file_name());
        let words = command::arguments(&options.config.launch.command, self.kind(), &client)?;
        let home = environment::shared_home(&options.config.launch, options.environment)?;
        let directories = self.session_dir.client_directories(home)?;
        let variables =
            environment::variables(&options.config.launch, options.environment, &directories);
        let mut command = command(options, &words, &variables, foreground.as_deref())?;
        command.current_dir(self.session_dir.path());
        let has_windows_line_ends = [FileKind::Script, FileKind::Desktop].contains(&self.kind())
            && File::open(&client).is_ok_and(|client| file_type::has_windows_line_ends(&client));
        // Must be ready before the client runs, so that it can be stopped at any time.
        let changes = ChildWatcher::watch().map_err(|error| start_failure(&error))?;
        let began = Instant::now();
        let tree = ProcessTree::spawn(|| spawn(&mut command, options))?;
        let keeper = tree.pid();
        // This process is recorded too while it watches, because the client's process may fork and
        // exit at any time. If recording fails, only this process is in the record: the directory
        // is removed too early only if this process dies and another kiosk starts.
        let _ = self
            .session_dir
            .record_owners(&[std::process::id(), keeper]);
        let folder = Some(self.session_dir);
        let mut client = RunningClient {
            tree,
            child_watcher: changes,
            started_at: began,
            session_dir: folder,
            recorded_owner: keeper,
            foreground,
            stops_on_drop: true,
            has_windows_line_ends,
        };
        if options.cancel.is_cancelled() {
            client.kill_now();
            return Err(SessionError::Cancelled);
        }
        stages(Stage::Running { pid: client.pid() });
        client.stops_on_drop = options.config.launch.when_left == WhenLeft::End;
        Ok(client)
    }
}

fn command(
    options: &SessionOptions<'_>,
    words: &[OsString],
    variables: &Variables,
    foreground: Option<&TerminalLease>,
) -> Result<Command, Failure> {
    let mut command = Command::new(words.first().ok_or(Failure::from(Fault::CannotStart))?);
    let exec = Exec::new(words, variables).map_err(|error| start_failure(&error.into()))?;
    match foreground {
        Some(terminal) => terminal
            .connect(&mut command)
            .map_err(|error| start_failure(&error))?,
        None => connect_to_null(&mut command)?,
    }
    let apart: fn() -> io::Result<()> = if foreground.is_some() {
        lease::enter_foreground
    } else {
        new_session
    };
    let inherited = open_descriptors().map_err(|error| start_failure(&error))?;
    let (ours, ends_with_us) = (
        rustix::process::getpid(),
        options.config.launch.when_left == WhenLeft::End,
    );
    #[expect(unsafe_code, reason = "the child must be set up between fork and exec")]
    // SAFETY: between fork and exec the closure only makes system calls, on memory that was
    // allocated before the fork. It does not allocate and takes no lock. The borrowed descriptors
    // are only marked; if one has been closed meanwhile, the call returns EBADF.
    unsafe {
        command.pre_exec(move || {
            apart()?;
            if ends_with_us {
                die_with_parent(ours)?;
            }
            rustix::process::umask(Mode::RWXG | Mode::RWXO);
            signals::reset_signals();
            for descriptor in &inherited {
                close_on_exec(BorrowedFd::borrow_raw(*descriptor))?;
            }
            // Must be the last step: the standard library's own exec is never reached.
            Err(exec.exec())
        });
    }
    Ok(command)
}

/// Opened here and not by the standard library: there a missing `/dev/null` would look like a
/// missing interpreter of the client.
fn connect_to_null(command: &mut Command) -> Result<(), Failure> {
    command
        .stdin(open_null()?)
        .stdout(open_null()?)
        .stderr(open_null()?);
    Ok(())
}

fn open_null() -> Result<File, Failure> {
    let opened = File::options().read(true).write(true).open(DEV_NULL);
    opened.map_err(|error| {
        let is_missing = error.kind() == ErrorKind::NotFound;
        if is_missing {
            Failure::with_subject(Fault::MissingInterpreter, DEV_NULL)
        } else {
            start_failure(&error)
        }
    })
}

fn new_session() -> io::Result<()> {
    Ok(rustix::process::setsid().map(drop)?)
}

/// Called between fork and exec: makes the kernel kill this process when `parent` dies for any
/// reason. Strictly, it does so when the forking thread exits; that thread waits as long as the
/// client runs. The setting is not inherited: the service manager must stop the processes that the
/// client forks.
fn die_with_parent(parent: Pid) -> io::Result<()> {
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    // `parent` may have died before the call.
    if rustix::process::getppid() == Some(parent) {
        Ok(())
    } else {
        Err(Errno::SRCH.into())
    }
}

/// Our descriptors above standard error. Our own have close-on-exec; inherited ones may not. Empty
/// if the system does not list them.
fn open_descriptors() -> io::Result<Vec<RawFd>> {
    let entries = match fs::read_dir("/dev/fd") {
        Err(error) if error_chain::is_resource_exhausted(&error) => return Err(error),
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

fn spawn(command: &mut Command, options: &SessionOptions<'_>) -> Result<Child, SessionError> {
    let began = Instant::now();
    loop {
        if options.cancel.is_cancelled() {
            return Err(SessionError::Cancelled);
        }
        match command.spawn() {
            Ok(child) => return Ok(child),
            Err(error)
                if error.kind() == ErrorKind::ExecutableFileBusy
                    && began.elapsed() < BUSY_TIMEOUT =>
            {
                std::thread::sleep(BUSY_PAUSE);
            }
            Err(error) => return Err(spawn_failure(&error, command, options.request).into()),
        }
    }
}

fn spawn_failure(error: &io::Error, command: &Command, request: &SessionRequest) -> Failure {
    if error.kind() == ErrorKind::NotFound {
        return missing_program(command, request);
    }
    let failure = start_failure(error);
    let is_unknown_format = error.raw_os_error() == Some(Errno::NOEXEC.raw_os_error());
    match client_file(command)
        .filter(|client| is_unknown_format && file_type::is_script_with_bom(client))
    {
        Some(_) => Failure {
            detail: Some(Clean::sanitized(SCRIPT_BOM, usize::MAX)),
            ..failure
        },
        None => failure,
    }
}

/// The failure for a missing program: that of `launch.command`, or the interpreter of the client.
fn missing_program(command: &Command, request: &SessionRequest) -> Failure {
    if !starts_client(command) {
        let program = command.get_program().to_string_lossy();
        return Failure::with_subject(Fault::MissingInterpreter, &program);
    }
    // The path comes from the site, which may repeat what was typed (D15). The client's own name is
    // left out, because it may contain the session.
    let path = client_file(command)
        .and_then(|client| file_type::interpreter(&client))
        .map(|path| redact(&path, Truncated::No, request))
        .filter(|path| !path.is_empty());
    path.map_or(Fault::MissingInterpreter.into(), |path| {
        Failure::with_subject(Fault::MissingInterpreter, &path)
    })
}

/// Whether the command runs the client itself, and not an interpreter.
fn starts_client(command: &Command) -> bool {
    command
        .get_current_dir()
        .is_some_and(|folder| Path::new(command.get_program()).starts_with(folder))
}

/// The client's file, if the command runs it itself.
fn client_file(command: &Command) -> Option<File> {
    if starts_client(command) {
        File::open(command.get_program()).ok()
    } else {
        None
    }
}

fn start_failure(error: &io::Error) -> Failure {
    if error_chain::is_resource_exhausted(error) {
        return Failure::from(Fault::Internal).because(&error_chain::describe(error));
    }
    let words = error.to_string();
    // The error number is only for the log.
    let words = words.split(" (os error").next().unwrap_or_default();
    Failure::with_subject(Fault::CannotStart, words).because(&error_chain::describe(error))
}
