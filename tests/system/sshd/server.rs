//! A real sshd on loopback with the shipped drop-in, and the built kiosk behind it.
//!
//! ```text
//! ssh -F client desk ──> sshd ──> the account's login shell: the built kiosk
//!                         │
//!                         ├─ Include /etc/ssh/sshd_config.d/*.conf   packaging/sshd/support-kiosk.conf, as it is
//!                         └─ behind it: everything that a drop-in could let through, allowed
//! ```
//!
//! Root has a mount namespace of its own made for sshd, with a private `/etc`, `/run` and
//! `/var/log`: there the account `kiosk` exists, its login shell is the built kiosk, and the
//! drop-in is taken without a change. No account is made on the machine, and nothing of it is
//! written.
//!
//! Where the kernel allows no mounts (a container without `CAP_SYS_ADMIN`, a developer who is not
//! root), sshd serves the user who runs the tests: the drop-in's user, program and key file are
//! replaced, and the command is forced through that user's own shell. What the private folders are
//! needed for is then not seen.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use support_kiosk::demo::{DemoSite, ResponsePace};
use support_kiosk::host::FORCED_COMMAND;
use tempfile::TempDir;

use crate::support::copy_program;
use crate::support::needs;
use crate::support::pty::Pty;
use crate::support::strace::{self, Execution};

const DROP_IN: &str = include_str!("../../../packaging/sshd/support-kiosk.conf");
pub const SSHD: &str = "/usr/sbin/sshd";

/// The user and group of the account `kiosk`: of nobody else's.
const ACCOUNT: u32 = 61_234;
/// The keys: the visitor's own, two that bring options along, one that only the account's own
/// folder knows, and nobody's.
const KEYS: [&str; 5] = ["desk", "commanded", "equipped", "homemade", "stranger"];
/// What no drop-in may leave to chance: all of it stands behind the drop-in, whose word is the
/// first and so holds.
const CARELESS: &str = "\
    AcceptEnv *\nPermitUserEnvironment yes\nPermitUserRC yes\nExposeAuthInfo yes\nMaxSessions 10\n\
    AllowAgentForwarding yes\nAllowTcpForwarding yes\nAllowStreamLocalForwarding yes\nGatewayPorts yes\nPermitTunnel yes\n\
    X11Forwarding yes\nPasswordAuthentication yes\nKbdInteractiveAuthentication yes\n\
    AuthorizedKeysFile .ssh/authorized_keys\n\
    Subsystem sftp /usr/lib/openssh/sftp-server\nSubsystem inside internal-sftp\nSubsystem shell /bin/sh\n";
/// How long sshd may take to listen, and to end.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it is looked again.
const GLANCE: Duration = Duration::from_millis(20);

/// Where the account is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// In an `/etc` that only sshd and its sessions see.
    Private,
    /// It is that of the user who runs the tests.
    Own,
}

/// A running sshd, and the site that its kiosk talks to.
pub struct Server {
    pub ground: Ground,
    pub folder: TempDir,
    _site: DemoSite,
    sshd: Sshd,
}

impl Server {
    /// Starts sshd, or says what this machine lacks for it.
    pub fn start(pace: ResponsePace) -> Result<Self, String> {
        Self::start_below(pace, |_| Vec::new())
    }

    /// Starts sshd under the eyes of strace: `executions` then tells what was run.
    pub fn watched(pace: ResponsePace) -> Result<Self, String> {
        needs::program("strace")?;
        Self::start_below(pace, |folder| strace::watching(&folder.join("executed")))
    }

    fn start_below(
        pace: ResponsePace,
        watcher: impl Fn(&Path) -> Vec<String>,
    ) -> Result<Self, String> {
        for program in ["ssh", "ssh-keygen", SSHD] {
            needs::program(program)?;
        }
        let is_root = rustix::process::geteuid().is_root();
        let may_mount =
            is_root && needs::succeeds(Command::new("unshare").args(["--mount", "true"]));
        let ground = if may_mount {
            Ground::Private
        } else {
            Ground::Own
        };
        let folder = TempDir::new().expect("a folder");
        let site = DemoSite::start(SocketAddr::from(([127, 0, 0, 1], 0)), pace).expect("the site");
        Files {
            folder: folder.path(),
            ground,
        }
        .write(&site);
        let sshd = Sshd::start(folder.path(), ground, &watcher(folder.path()).join(" "))?;
        Ok(Self {
            ground,
            folder,
            _site: site,
            sshd,
        })
    }

    /// A program of OpenSSH's client, the first word, which knows the hosts by the names of the
    /// keys: `ssh desk`.
    pub fn client(&self, words: &[String]) -> Command {
        client(self.folder.path(), words)
    }

    /// A visitor, before whom the start screen stands.
    pub fn visitor(&self) -> Pty {
        let mut pty = Pty::start(self.client(&["ssh", "desk"].map(str::to_owned)), 80, 24);
        pty.wait_for(super::START);
        pty
    }

    /// Where the kiosk keeps the clients that it downloads.
    pub fn downloads(&self) -> PathBuf {
        self.folder.path().join("home/downloads")
    }

    /// What sshd wrote into its log.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Every process below sshd that lives now, with its parent and name.
    pub fn family(&self) -> Vec<Process> {
        let all = Process::all();
        let mut family: Vec<Process> = Vec::new();
        let mut parents = vec![self.sshd.process.id()];
        while let Some(parent) = parents.pop() {
            let children = all.iter().filter(|process| process.parent == parent);
            parents.extend(children.clone().map(|process| process.pid));
            family.extend(children.cloned());
        }
        family
    }

    /// Ends sshd, and gives all that it and everything below it ran.
    pub fn executions(mut self) -> Vec<Execution> {
        self.sshd.end();
        strace::executions(&self.folder.path().join("executed"))
    }
}

/// A running sshd alone: its files, and those of its clients, are in a folder.
pub struct Sshd {
    process: Child,
}

impl Sshd {
    /// Starts it with `etc/ssh/sshd_config`, and writes the config of its clients.
    pub fn start(folder: &Path, ground: Ground, watcher: &str) -> Result<Self, String> {
        // Another program may take a free port before sshd does.
        for _ in 0..5 {
            let port = TcpListener::bind("127.0.0.1:0")
                .and_then(|listener| listener.local_addr())
                .expect("a port")
                .port();
            fs::write(folder.join("client"), client_config(folder, ground, port)).expect("written");
            let mut sshd = Self {
                process: launch(folder, ground, watcher, port),
            };
            if listens(&mut sshd.process, folder) {
                return Ok(sshd);
            }
        }
        Err(format!(
            "sshd does not start: {}",
            fs::read_to_string(folder.join("log")).unwrap_or_default()
        ))
    }

    fn end(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        self.end();
    }
}

/// A program of OpenSSH's client, the first word, with the files in this folder.
pub fn client(folder: &Path, words: &[String]) -> Command {
    let (program, rest) = words.split_first().expect("a program");
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", folder)
        .env("TERM", "xterm-256color");
    command
        .arg("-F")
        .arg(folder.join("client"))
        .args(rest)
        .current_dir(folder);
    command
}

/// Makes a pair of keys.
pub fn make_key(file: &Path) {
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-f"])
        .arg(file)
        .status();
    assert!(made.expect("ssh-keygen runs").success(), "no key is made");
}

/// A process, as `/proc/PID/stat` tells of it.
#[derive(Clone, Debug)]
pub struct Process {
    pub pid: u32,
    pub parent: u32,
    pub name: String,
}

impl Process {
    fn all() -> Vec<Self> {
        let pids = fs::read_dir("/proc")
            .expect("a table of processes")
            .flatten();
        pids.filter_map(|entry| Self::read(&fs::read_to_string(entry.path().join("stat")).ok()?))
            .collect()
    }

    /// Whether it is still there, and no other has got its number.
    pub fn lives(&self) -> bool {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid)).unwrap_or_default();
        Self::read(&stat).is_some_and(|now| now.name == self.name)
    }

    /// One that is dead, and only waited for, is none.
    fn read(stat: &str) -> Option<Self> {
        let (before, behind) = stat.rsplit_once(") ")?;
        let (pid, name) = before.split_once(" (")?;
        let mut fields = behind.split(' ');
        let lives = fields
            .next()
            .is_some_and(|state| !state.starts_with(['Z', 'X']));
        let process = Self {
            pid: pid.parse().ok()?,
            parent: fields.next()?.parse().ok()?,
            name: name.to_owned(),
        };
        lives.then_some(process)
    }
}

/// Everything that sshd, its clients and the kiosk read.
struct Files<'f> {
    folder: &'f Path,
    ground: Ground,
}

impl Files<'_> {
    fn write(&self, site: &DemoSite) {
        self.make_folders();
        // To where anybody may run it.
        copy_program(
            env!("CARGO_BIN_EXE_support-kiosk"),
            self.at("support-kiosk"),
        );
        for key in KEYS.iter().copied().chain(["host"]) {
            make_key(&self.at(key));
        }
        self.write_etc(site);
        self.write_home();
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn make_folders(&self) {
        fs::set_permissions(self.folder, fs::Permissions::from_mode(0o755)).expect("opened");
        for name in [
            "etc/ssh/sshd_config.d",
            "etc/support-kiosk",
            "home/.ssh",
            "home/.config/support-kiosk",
        ] {
            fs::create_dir_all(self.at(name)).expect("made");
        }
        fs::DirBuilder::new()
            .mode(0o700)
            .create(self.at("home/downloads"))
            .expect("made");
        // Where an attempt that succeeds leaves something.
        fs::create_dir(self.at("traces")).expect("made");
        fs::set_permissions(self.at("traces"), fs::Permissions::from_mode(0o777))
            .expect("opened to all");
    }

    fn write_etc(&self, site: &DemoSite) {
        let folder = self.folder.display();
        let program = self.at("support-kiosk");
        let write =
            |name: &str, text: String| fs::write(self.at("etc").join(name), text).expect("written");
        write(
            "passwd",
            format!(
                "root:x:0:0::/root:/bin/sh\nsshd:x:74:65534::/run/sshd:/usr/sbin/nologin\ndaemon:x:1:1::/usr/sbin:/bin/sh\n\
             kiosk:*:{ACCOUNT}:{ACCOUNT}::{folder}/home:{}\n",
                program.display()
            ),
        );
        write(
            "group",
            format!("root:x:0:\ntty:x:5:\nnogroup:x:65534:\nkiosk:x:{ACCOUNT}:\n"),
        );
        write(
            "nsswitch.conf",
            "passwd: files\ngroup: files\nhosts: files\n".to_owned(),
        );
        write("hosts", "127.0.0.1 localhost\n".to_owned());
        write("ssh/sshd_config.d/10-support-kiosk.conf", self.drop_in());
        write("ssh/sshd_config", self.sshd_config());
        write(
            "support-kiosk/kiosk.toml",
            kiosk_config(site, &self.at("home/downloads")),
        );
        write("support-kiosk/authorized_keys", self.authorized_keys());
    }

    fn drop_in(&self) -> String {
        match self.ground {
            Ground::Private => DROP_IN.to_owned(),
            Ground::Own => {
                let program = format!(
                    "{} --lockdown --config {}",
                    self.at("support-kiosk").display(),
                    self.etc("support-kiosk/kiosk.toml")
                );
                DROP_IN
                    .replace("Match User kiosk", &format!("Match User {}", user()))
                    .replace(FORCED_COMMAND, &program)
                    .replace(
                        "/etc/support-kiosk/authorized_keys",
                        &self.etc("support-kiosk/authorized_keys"),
                    )
            }
        }
    }

    /// What sshd sees this file of `/etc` as.
    fn etc(&self, name: &str) -> String {
        let etc = match self.ground {
            Ground::Private => PathBuf::from("/etc"),
            Ground::Own => self.at("etc"),
        };
        etc.join(name).display().to_string()
    }

    fn sshd_config(&self) -> String {
        // The temporary folder is open to all, and what lies below it is no place for keys.
        let strict = if self.ground == Ground::Private {
            "yes"
        } else {
            "no"
        };
        format!(
            "Include {}\nListenAddress 127.0.0.1\nHostKey {}\nPidFile none\nUsePAM no\nStrictModes {strict}\n\
             MaxStartups 200\nMaxAuthTries 20\nLogLevel VERBOSE\n{CARELESS}",
            self.etc("ssh/sshd_config.d/*.conf"),
            self.at("host").display()
        )
    }

    fn authorized_keys(&self) -> String {
        let public =
            |key: &str| fs::read_to_string(self.at(key).with_extension("pub")).expect("made");
        let traces = self.at("traces");
        let traces = traces.display();
        format!(
            "{}command=\"/bin/sh -c 'touch {traces}/commanded; echo lo\\\"\\\"ot'\",pty {}\
             environment=\"LD_PRELOAD={traces}/equipped.so\",environment=\"SSH_ORIGINAL_COMMAND=sh\",tunnel=\"0\",permitopen=\"*:*\",\
             permitlisten=\"*:*\",agent-forwarding,port-forwarding,user-rc,X11-forwarding {}",
            public("desk"),
            public("commanded"),
            public("equipped")
        )
    }

    /// What a client that ran as this user could have left for its next visitor.
    fn write_home(&self) {
        let traces = self.at("traces");
        let traces = traces.display();
        let left = [
            (".ssh/rc", format!("touch {traces}/rc; echo lo''ot\n")),
            (
                ".ssh/environment",
                format!("LD_PRELOAD={traces}/environment.so\nBASH_ENV={traces}/environment.sh\n"),
            ),
            (".profile", format!("touch {traces}/profile\n")),
            (".bashrc", format!("touch {traces}/bashrc\n")),
            (".hushlogin", String::new()),
            (
                ".ssh/authorized_keys",
                fs::read_to_string(self.at("homemade.pub")).expect("made"),
            ),
            (
                ".config/support-kiosk/kiosk.toml",
                "site = { name = 'Forged Desk', url = 'https://forged.invalid' }\n".to_owned(),
            ),
        ];
        for (name, text) in left {
            fs::write(self.at("home").join(name), text).expect("written");
        }
        if self.ground == Ground::Private {
            give_away(&self.at("home"));
        }
    }
}

/// Makes the account the owner of a folder and of all in it.
fn give_away(path: &Path) {
    chown(path, Some(ACCOUNT), Some(ACCOUNT)).expect("given away");
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        give_away(&entry.path());
    }
}

fn kiosk_config(site: &DemoSite, downloads: &Path) -> String {
    format!(
        "[site]\nname = \"Test Desk\"\nurl = \"http://{}\"\n[download]\nfolder = \"{}\"\n[launch]\nneeds_display = false\n\
         [log]\nto = \"none\"\n[[rep]]\nid = 1\nname = \"Dana Whitfield\"\n[[issue]]\nid = 1\nname = \"Password\"\n",
        site.address(),
        downloads.display()
    )
}

fn client_config(folder: &Path, ground: Ground, port: u16) -> String {
    let name = if ground == Ground::Private {
        "kiosk".to_owned()
    } else {
        user()
    };
    let folder = folder.display();
    let hosts = KEYS
        .map(|key| format!("Host {key}\n  IdentityFile {folder}/{key}\n"))
        .concat();
    format!(
        "{hosts}Host daemon\n  User daemon\n  IdentityFile {folder}/desk\nHost *\n  HostName 127.0.0.1\n  Port {port}\n  User {name}\n\
         \x20 IdentitiesOnly yes\n  BatchMode yes\n  StrictHostKeyChecking no\n  UserKnownHostsFile /dev/null\n"
    )
}

/// Starts sshd in its folder; what it says goes into `log` there. A newer one keeps away who failed
/// too often.
fn launch(folder: &Path, ground: Ground, watcher: &str, port: u16) -> Child {
    let mount = match ground {
        Ground::Private => {
            "mount --bind etc /etc && mount -t tmpfs tmpfs /run && mount -t tmpfs tmpfs /var/log && mkdir -m 755 /run/sshd || exit\n\
             set -- -f /etc/ssh/sshd_config"
        }
        // Root's sshd insists on this folder, which lives in memory: a machine without a running
        // sshd has none.
        Ground::Own => {
            "[ -w /run ] && mkdir -p -m 755 /run/sshd\nset -- -f \"$PWD/etc/ssh/sshd_config\""
        }
    };
    let script = format!(
        "{mount}\n{SSHD} -t \"$@\" -o PerSourcePenalties=no 2>/dev/null && set -- \"$@\" -o PerSourcePenalties=no\n\
         exec {watcher} {SSHD} -D -e -p {port} \"$@\""
    );
    let mut command = match ground {
        Ground::Private => {
            let mut command = Command::new("unshare");
            command.args(["--mount", "--propagation", "private", "sh"]);
            command
        }
        Ground::Own => Command::new("sh"),
    };
    let log = fs::File::create(folder.join("log")).expect("a log");
    let output = log.try_clone().expect("a descriptor");
    command
        .arg("-c")
        .arg(script)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(log);
    command.spawn().expect("a shell for sshd")
}

/// Waits until sshd says that it listens. False: it has ended before.
fn listens(sshd: &mut Child, folder: &Path) -> bool {
    let end = Instant::now() + PATIENCE;
    while sshd.try_wait().expect("a child").is_none() && Instant::now() < end {
        if fs::read_to_string(folder.join("log"))
            .is_ok_and(|log| log.contains("Server listening on"))
        {
            return true;
        }
        std::thread::sleep(GLANCE);
    }
    false
}

/// The name of the user who runs the tests.
fn user() -> String {
    let output = Command::new("id").arg("-un").output().expect("id runs");
    String::from_utf8(output.stdout)
        .expect("a name")
        .trim()
        .to_owned()
}
