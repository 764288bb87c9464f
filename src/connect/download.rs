//! From the request to a checked file: the bytes go straight from the connection into the file, on the job's own thread
//! (through tokio's files it falls behind: architecture.md, rule 7).

use std::fs::{File, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};

use super::answer::{self, Opening};
use super::folder::{self, Visit};
use super::program::{self, For};
use super::site::{Answer, Site};
use super::{Order, Purpose, Stage, Stop};
use crate::config::{Config, Kind};
use crate::failure::{Failure, Fault};

/// The least time between two stages that tell the progress: ten a second.
const PROGRESS_EVERY: Duration = Duration::from_millis(100);

/// Every kind of file that a site is known to serve: all of them can be saved.
const ANY_KIND: &[Kind] = &[Kind::Elf, Kind::Script, Kind::Pe, Kind::Msi, Kind::MachO, Kind::Dmg, Kind::Zip];

/// A client that has come whole and was checked, in a private folder that goes when this does.
pub struct Download {
    pub(super) visit: Visit,
    pub(super) file_name: String,
    served_name: Option<String>,
    bytes: u64,
    kind: Kind,
}

impl Download {
    /// The file's size in bytes.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The name under which the site served it, if it could be kept (trust.md D10). It may carry the session in it.
    pub fn served_name(&self) -> Option<&str> {
        self.served_name.as_deref()
    }

    /// What kind of file it is, told by its bytes.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The name of the file: the served one, or one of ours.
    pub fn file_name(&self) -> &str {
        &self.file_name
    }
}

/// Asks the site for a session and keeps the client that it answers with.
///
/// Blocks until the file is there and checked, or the order is cancelled: then, and after a failure, no file is left. A
/// request that was sent may have started a session at the site all the same.
pub fn download(order: &Order<'_>, stages: &mut dyn FnMut(Stage)) -> Result<Download, Stop> {
    if order.cancel.is_cancelled() {
        return Err(Stop::Cancelled);
    }
    download_into(Visit::open(order.config, order.environment, order.purpose)?, order, stages)
}

/// As [`download`], into a folder that is there.
pub(super) fn download_into(visit: Visit, order: &Order<'_>, stages: &mut dyn FnMut(Stage)) -> Result<Download, Stop> {
    let fetched = {
        let network = Network::new()?;
        let limit = order.config.network.total_timeout;
        let work = async {
            let within = tokio::time::timeout(limit, fetch(order, &visit, stages)).await;
            within.unwrap_or_else(|_| Err(Failure::about(Fault::TotalTimeout, host(order.config))))
        };
        network.0.as_ref().ok_or(Failure::from(Fault::Internal))?.block_on(order.cancel.or(work))?
    };
    stages(Stage::Checking);
    let kind = check(&fetched, order.config, order.purpose)?;
    if order.cancel.is_cancelled() {
        return Err(Stop::Cancelled);
    }
    let Fetched { file_name, served_name, bytes, .. } = fetched;
    Ok(Download { visit, file_name, served_name, bytes, kind })
}

fn host(config: &Config) -> &str {
    config.site.url.host_str().unwrap_or_default()
}

/// The runtime that reqwest needs: of this thread alone, and gone at once, whatever name look-up still hangs (trust.md D14).
struct Network(Option<Runtime>);

impl Network {
    fn new() -> Result<Self, Failure> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|_| Failure::from(Fault::Internal))?;
        Ok(Self(Some(runtime)))
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// All bytes, in a file that was not looked at yet.
struct Fetched {
    file: File,
    file_name: String,
    served_name: Option<String>,
    bytes: u64,
}

async fn fetch(order: &Order<'_>, visit: &Visit, stages: &mut dyn FnMut(Stage)) -> Result<Fetched, Failure> {
    let mut answer = Site::new(order.config, order.environment)?.ask(order.request, stages).await?;
    answer::granted(&mut answer).await?;
    let (total, limit) = (answer.promised(), order.config.download.max_size);
    within(limit, total.unwrap_or_default())?;
    let opening = answer::opening(&mut answer, order.request, accepted(order.config, order.purpose)).await?;
    // Only a client needs the room; a page is told in its own words, also where there is none.
    visit.has_room_for(total.unwrap_or_default())?;
    let served_name = answer::served_name(&answer);
    let ending = program::ending(opening.kind.unwrap_or(Kind::Dmg));
    let file_name = served_name.clone().unwrap_or_else(|| format!("client{ending}"));
    let file = visit.create(&file_name)?;
    let sink = Sink { file, bytes: 0, limit }.fill(&mut answer, opening, total, stages).await?;
    sink.file.sync_all().map_err(|error| folder::failure_of_write(&error))?;
    Ok(Fetched { file: sink.file, file_name, served_name, bytes: sink.bytes })
}

fn accepted(config: &Config, purpose: Purpose) -> &[Kind] {
    match purpose {
        Purpose::Run => &config.download.accept,
        Purpose::Save => ANY_KIND,
    }
}

fn within(limit: u64, bytes: u64) -> Result<(), Failure> {
    if bytes <= limit { Ok(()) } else { Err(Failure::about(Fault::TooBig, &format!("{limit} bytes"))) }
}

/// The file as it fills.
struct Sink {
    file: File,
    bytes: u64,
    limit: u64,
}

impl Sink {
    async fn fill(
        mut self,
        answer: &mut Answer,
        opening: Opening,
        total: Option<u64>,
        stages: &mut dyn FnMut(Stage),
    ) -> Result<Self, Failure> {
        stages(Stage::Downloading { bytes: 0, total });
        self.write(&opening.bytes)?;
        let mut told = Instant::now();
        while let Some(more) = answer.more().await? {
            self.write(&more)?;
            if told.elapsed() >= PROGRESS_EVERY {
                told = Instant::now();
                stages(Stage::Downloading { bytes: self.bytes, total });
            }
        }
        stages(Stage::Downloading { bytes: self.bytes, total });
        Ok(self)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        within(self.limit, self.bytes + bytes.len() as u64)?;
        self.file.write_all(bytes).map_err(|error| folder::failure_of_write(&error))?;
        self.bytes += bytes.len() as u64;
        Ok(())
    }
}

/// Looks at the whole file, and seals it.
fn check(fetched: &Fetched, config: &Config, purpose: Purpose) -> Result<Kind, Failure> {
    let unreadable = |_| Failure::from(Fault::CannotWrite);
    let kind = program::kind_of(&fetched.file).map_err(unreadable)?;
    let Some(kind) = kind.filter(|kind| accepted(config, purpose).contains(kind)) else {
        return Err(kind.map_or(Fault::WrongKind.into(), |kind| Failure::about(Fault::WrongKind, program::name(kind))));
    };
    let machine = match purpose {
        Purpose::Run => For::ThisMachine,
        Purpose::Save => For::Any,
    };
    program::check(&fetched.file, kind, machine)?;
    fetched.file.set_permissions(Permissions::from_mode(0o500)).map_err(unreadable)?;
    Ok(kind)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn d14_a_name_look_up_that_hangs_does_not_hold_us() {
        let network = Network::new().expect("a runtime");
        let (let_go, held) = mpsc::channel::<()>();
        let (say, asked) = mpsc::channel();
        // Where tokio asks the system for a name.
        network.0.as_ref().expect("a runtime").spawn_blocking(move || {
            let _ = say.send(());
            held.recv_timeout(Duration::from_secs(60))
        });
        asked.recv().expect("the look-up");
        let start = Instant::now();
        drop(network);
        assert!(start.elapsed() < Duration::from_secs(30), "it was waited for: {:?}", start.elapsed());
        drop(let_go);
    }
}
