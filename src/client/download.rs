//! Downloads the client into the session directory and checks it. The job's thread itself writes
//! the bytes from the connection into the file, because tokio's file API cannot keep up
//! (docs/design.md).

use std::fs::{File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::Builder;

use super::folder::{self, Visit};
use super::sum::Summing;
use super::writing::Writing;
use super::{Order, Purpose};
use crate::config::{Config, Kind};
use crate::failure::{Failure, Fault};
use crate::file_type::{self, For};
use crate::job::Stop;
use crate::job::aside::waited_for;
use crate::session::Stage;
use crate::site::answer::{self, Opening};
use crate::site::{Answer, Site, host_of};
use crate::sum::Sum;

/// The interval of progress reports: at most ten per second.
const PROGRESS_EVERY: Duration = Duration::from_millis(100);

/// Every kind of file that sites serve. All of them can be saved.
const ANY_KIND: &[Kind] = &[Kind::Elf, Kind::Script, Kind::Desktop, Kind::Pe, Kind::Msi, Kind::MachO, Kind::Dmg, Kind::Zip];

/// A complete and checked client in its session directory. Dropping it removes both.
pub struct Download {
    pub(super) visit: Visit,
    served: Served,
    kind: Kind,
}

/// What the site served.
struct Served {
    file_name: String,
    bytes: u64,
    sum: Option<Sum>,
}

impl Download {
    /// The size of the file.
    pub fn bytes(&self) -> u64 {
        self.served.bytes
    }

    /// The SHA-256, if the order asked for it.
    pub fn sum(&self) -> Option<Sum> {
        self.served.sum
    }

    /// The kind, recognized from the bytes.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The name of the file: the served name, made safe (D10), or a default. It may contain the
    /// session.
    pub fn file_name(&self) -> &str {
        &self.served.file_name
    }
}

/// Sends the request and downloads the client.
///
/// Blocks until the file is complete and checked, or until the order is cancelled. After a failure
/// or a cancel no file is left, but a request that was sent may have started a session at the site.
pub fn download(order: &Order<'_>, stages: &mut dyn FnMut(Stage)) -> Result<Download, Stop> {
    if order.cancel.is_cancelled() {
        return Err(Stop::Cancelled);
    }
    download_into(Visit::open(order.config, order.environment, order.purpose)?, order, stages)
}

/// Like [`download`], into an existing session directory.
pub(super) fn download_into(visit: Visit, order: &Order<'_>, stages: &mut dyn FnMut(Stage)) -> Result<Download, Stop> {
    let (file, served) = {
        // The runtime for reqwest. It uses only this thread.
        let network = Builder::new_current_thread().enable_all().build().map_err(|_| Failure::from(Fault::Internal))?;
        let limit = order.config.network.total_timeout;
        let work = async {
            let within = tokio::time::timeout(limit, fetch(order, &visit, stages)).await;
            let (writing, served) =
                within.unwrap_or_else(|_| Err(Failure::about(Fault::TotalTimeout, &host_of(&order.config.site.url))))?;
            // The disk's time does not count against the network timeout.
            let file = writing.synced().await.map_err(|error| folder::failure_of_write(&error, visit.path()))?;
            Ok((file, served))
        };
        network.block_on(order.cancel.or(work))?
    };
    stages(Stage::Checking { sum: served.sum });
    let kind = checked(file, &visit, order)?;
    Ok(Download { visit, served, kind })
}

/// Downloads all bytes into a file that is neither checked nor synced yet.
async fn fetch(order: &Order<'_>, visit: &Visit, stages: &mut dyn FnMut(Stage)) -> Result<(Writing, Served), Failure> {
    let mut answer = Site::new(order.config, order.environment).await?.ask(order.request, order.places, stages).await?;
    answer::granted(&mut answer, order.request, order.config.site.dialect).await?;
    let (total, limit) = (answer.promised(), order.config.download.max_size);
    within(limit, total.unwrap_or_default())?;
    let accepted = accepted(order.config, order.purpose);
    let opening = answer::opening(&mut answer, order.request, order.config, accepted).await?;
    // Only a client needs the space. A page must be shown even if the disk is full.
    visit.has_room_for(total.unwrap_or_default())?;
    let ending = file_type::ending(opening.kind.unwrap_or(Kind::Dmg));
    let file_name = answer::served_name(&answer).unwrap_or_else(|| format!("client{ending}"));
    let writing = Writing::into(visit.create(&file_name)?);
    let sink = Sink { writing, folder: visit.path(), bytes: 0, limit, summing: Summing::new(order.summed) };
    let Sink { writing, bytes, summing, .. } = sink.fill(&mut answer, opening, total, stages).await?;
    Ok((writing, Served { file_name, bytes, sum: summing.done() }))
}

fn accepted(config: &Config, purpose: Purpose) -> &[Kind] {
    match purpose {
        Purpose::Run => &config.download.accept,
        Purpose::Save => ANY_KIND,
    }
}

fn within(limit: u64, bytes: u64) -> Result<(), Failure> {
    if bytes <= limit { Ok(()) } else { Err(Failure::about(Fault::TooBig, &format!("the limit is {}", size(limit)))) }
}

/// A number of bytes in its largest whole unit, as one writes it in the config.
fn size(bytes: u64) -> String {
    let units = [
        (1 << 30, "GiB"),
        (1_000_000_000, "GB"),
        (1 << 20, "MiB"),
        (1_000_000, "MB"),
        (1 << 10, "KiB"),
        (1000, "kB"),
        (1, "bytes"),
    ];
    let unit = units.into_iter().find(|(unit, _)| bytes.is_multiple_of(*unit));
    unit.map_or_else(String::new, |(unit, name)| format!("{} {name}", bytes / unit))
}

/// The file while it is downloaded.
struct Sink<'v> {
    writing: Writing,
    folder: &'v Path,
    bytes: u64,
    limit: u64,
    summing: Summing,
}

impl Sink<'_> {
    /// Writes all bytes. Reports how many there were even if the download fails.
    async fn fill(
        mut self,
        answer: &mut Answer,
        opening: Opening,
        total: Option<u64>,
        stages: &mut dyn FnMut(Stage),
    ) -> Result<Self, Failure> {
        stages(Stage::Downloading { bytes: 0, total });
        let done = self.take_in(answer, opening, total, stages).await;
        // Zero was reported at the beginning.
        if self.bytes > 0 {
            stages(Stage::Downloading { bytes: self.bytes, total });
        }
        done.map(|()| self)
    }

    async fn take_in(
        &mut self,
        answer: &mut Answer,
        opening: Opening,
        total: Option<u64>,
        stages: &mut dyn FnMut(Stage),
    ) -> Result<(), Failure> {
        self.write(&opening.bytes)?;
        let mut told = Instant::now();
        while let Some(more) = answer.more().await? {
            self.write(&more)?;
            if told.elapsed() >= PROGRESS_EVERY {
                told = Instant::now();
                stages(Stage::Downloading { bytes: self.bytes, total });
            }
        }
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        within(self.limit, self.bytes + bytes.len() as u64)?;
        self.writing.write(bytes).map_err(|error| folder::failure_of_write(&error, self.folder))?;
        self.summing.take_in(bytes);
        self.bytes += bytes.len() as u64;
        Ok(())
    }
}

/// Checks the whole file and makes it read-only. It runs on a background thread, because a slow
/// disk or a hostile file can make it slow.
fn checked(file: Arc<File>, visit: &Visit, order: &Order<'_>) -> Result<Kind, Stop> {
    let accepted = accepted(order.config, order.purpose).to_owned();
    let machine = match order.purpose {
        Purpose::Run => For::ThisMachine,
        Purpose::Save => For::Any,
    };
    let failed = |error| folder::failure_of_write(&error, visit.path());
    let kind = waited_for(order.cancel, "check", move || check(&file, &accepted, machine), failed)??;
    // A cancel may also have arrived with the result.
    if order.cancel.is_cancelled() { Err(Stop::Cancelled) } else { Ok(kind) }
}

fn check(file: &File, accepted: &[Kind], machine: For) -> io::Result<Result<Kind, Failure>> {
    let kind = file_type::kind_of(file)?;
    let Some(kind) = kind.filter(|kind| accepted.contains(kind)) else {
        return Ok(Err(kind.map_or(Fault::WrongKind.into(), |kind| Failure::about(Fault::WrongKind, file_type::name(kind)))));
    };
    if let Err(failure) = file_type::check(file, kind, machine)? {
        return Ok(Err(failure));
    }
    file.set_permissions(Permissions::from_mode(0o500))?;
    Ok(Ok(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_written_as_an_operator_would_write_it() {
        let told = [200 << 20, 5_000_000_000, 1_000_000, 3 << 10, 4711].map(size);
        assert_eq!(told, ["200 MiB", "5 GB", "1 MB", "3 KiB", "4711 bytes"]);
    }
}
