//! Downloads the client into the session directory and checks it. The job's thread itself writes
//! the bytes from the connection into the file, because tokio's file API cannot keep up
//! (docs/design.md).

use std::fs::{File, Permissions};
use std::future::poll_fn;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::Builder;
use tokio::time::{MissedTickBehavior, interval_at};

use super::file_writer::FileWriter;
use super::session_dir::{self, SessionDir};
use super::sum::Hasher;
use super::{Purpose, SessionOptions};
use crate::config::{Config, FileKind};
use crate::failure::{Failure, Fault};
use crate::file_type::{self, Target};
use crate::heap;
use crate::job::SessionError;
use crate::job::blocking::wait_blocking;
use crate::session::Stage;
use crate::site::response::{self, FirstBytes};
use crate::site::{SiteConnection, SiteResponse, host_with_port};
use crate::stack;
use crate::sum::Sha256Sum;

/// The interval of progress reports: at most ten per second.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(100);

/// The interval at which unused memory is returned.
const TRIM_INTERVAL: Duration = Duration::from_secs(2);

/// Every kind of file that sites serve. All of them can be saved.
const ALL_KINDS: &[FileKind] = &[
    FileKind::Elf,
    FileKind::Script,
    FileKind::Desktop,
    FileKind::Pe,
    FileKind::Msi,
    FileKind::MachO,
    FileKind::Dmg,
    FileKind::Zip,
];

/// A complete and checked client in its session directory. Dropping it removes both.
pub struct Download {
    pub(super) session_dir: SessionDir,
    served: ServedFile,
    kind: FileKind,
}

/// What the site served.
struct ServedFile {
    file_name: String,
    bytes: u64,
    sum: Option<Sha256Sum>,
}

impl Download {
    /// The size of the file.
    pub fn bytes(&self) -> u64 {
        self.served.bytes
    }

    /// The SHA-256, if the order asked for it.
    pub(crate) fn sum(&self) -> Option<Sha256Sum> {
        self.served.sum
    }

    /// The kind, recognized from the bytes.
    pub fn kind(&self) -> FileKind {
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
pub fn download(
    options: &SessionOptions<'_>,
    stages: &mut dyn FnMut(Stage),
) -> Result<Download, SessionError> {
    if options.cancel.is_cancelled() {
        return Err(SessionError::Cancelled);
    }
    download_into(
        SessionDir::open(options.config, options.environment, options.purpose)?,
        options,
        stages,
    )
}

/// Like [`download`], into an existing session directory.
pub(super) fn download_into(
    visit: SessionDir,
    options: &SessionOptions<'_>,
    stages: &mut dyn FnMut(Stage),
) -> Result<Download, SessionError> {
    let (file, served) = {
        // The runtime for reqwest. It uses only this thread.
        let network = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|_| Failure::from(Fault::Internal))?;
        let limit = options.config.network.total_timeout;
        let work = async {
            // Boxed, so that no wrapper has a copy of it on the stack.
            let fetching = Box::pin(fetch(options, &visit, stages));
            let within = tokio::time::timeout(limit, fetching).await;
            let (writing, served) = within.unwrap_or_else(|_| {
                Err(Failure::with_subject(
                    Fault::TotalTimeout,
                    &host_with_port(&options.config.site.url),
                ))
            })?;
            // The disk's time does not count against the network timeout.
            let file = writing
                .finish()
                .await
                .map_err(|error| session_dir::write_failure(&error, visit.path()))?;
            Ok((file, served))
        };
        network.block_on(trimming(options.cancel.run_unless_cancelled(work)))?
    };
    stages(Stage::Checking { sum: served.sum });
    let kind = check_in_background(file, &visit, options)?;
    Ok(Download {
        session_dir: visit,
        served,
        kind,
    })
}

/// Runs `work` and returns unused memory to the system meanwhile. A site may keep a session waiting
/// for minutes, and preparing the connection takes several times the memory of keeping it.
async fn trimming<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    let mut due = interval_at(tokio::time::Instant::now() + TRIM_INTERVAL, TRIM_INTERVAL);
    due.set_missed_tick_behavior(MissedTickBehavior::Delay);
    poll_fn(|context| {
        // First, because it needs more stack than is in use here.
        let done = work.as_mut().poll(context);
        while done.is_pending() && due.poll_tick(context).is_ready() {
            heap::trim();
            stack::wipe();
        }
        done
    })
    .await
}

/// Downloads all bytes into a file that is neither checked nor synced yet.
async fn fetch(
    options: &SessionOptions<'_>,
    visit: &SessionDir,
    stages: &mut dyn FnMut(Stage),
) -> Result<(FileWriter, ServedFile), Failure> {
    let mut answer = SiteConnection::new(options.config, options.environment)
        .await?
        .request(options.request, options.placeholders, stages)
        .await?;
    response::check_granted(&mut answer, options.request, options.config.site.dialect).await?;
    let (total, limit) = (answer.content_length(), options.config.download.max_size);
    check_size(limit, total.unwrap_or_default())?;
    let accepted = accepted_kinds(options.config, options.purpose);
    let opening =
        response::read_first_bytes(&mut answer, options.request, options.config, accepted).await?;
    // Only a client needs the space. A page must be shown even if the disk is full.
    visit.check_room(total.unwrap_or_default())?;
    let ending = file_type::extension(opening.kind.unwrap_or(FileKind::Dmg));
    let file_name = response::served_name(&answer).unwrap_or_else(|| format!("client{ending}"));
    let writing = FileWriter::new(visit.create(&file_name)?);
    let sink = DownloadSink {
        writer: writing,
        folder: visit.path(),
        bytes: 0,
        limit,
        hasher: Hasher::new(options.wants_sum),
    };
    let DownloadSink {
        writer: writing,
        bytes,
        hasher: summing,
        ..
    } = sink.write_body(&mut answer, opening, total, stages).await?;
    Ok((
        writing,
        ServedFile {
            file_name,
            bytes,
            sum: summing.finalize(),
        },
    ))
}

fn accepted_kinds(config: &Config, purpose: Purpose) -> &[FileKind] {
    match purpose {
        Purpose::Run => &config.download.accept,
        Purpose::Save => ALL_KINDS,
    }
}

fn check_size(limit: u64, bytes: u64) -> Result<(), Failure> {
    if bytes <= limit {
        Ok(())
    } else {
        Err(Failure::with_subject(
            Fault::TooBig,
            &format!("the limit is {}", format_size(limit)),
        ))
    }
}

/// A number of bytes in its largest whole unit, as one writes it in the config.
fn format_size(bytes: u64) -> String {
    let units = [
        (1 << 30, "GiB"),
        (1_000_000_000, "GB"),
        (1 << 20, "MiB"),
        (1_000_000, "MB"),
        (1 << 10, "KiB"),
        (1000, "kB"),
        (1, "bytes"),
    ];
    let unit = units
        .into_iter()
        .find(|(unit, _)| bytes.is_multiple_of(*unit));
    unit.map_or_else(String::new, |(unit, name)| {
        format!("{} {name}", bytes / unit)
    })
}

/// The file while it is downloaded.
struct DownloadSink<'v> {
    writer: FileWriter,
    folder: &'v Path,
    bytes: u64,
    limit: u64,
    hasher: Hasher,
}

impl DownloadSink<'_> {
    /// Writes all bytes. Reports how many there were even if the download fails.
    async fn write_body(
        mut self,
        answer: &mut SiteResponse,
        opening: FirstBytes,
        total: Option<u64>,
        stages: &mut dyn FnMut(Stage),
    ) -> Result<Self, Failure> {
        stages(Stage::Downloading { bytes: 0, total });
        let done = self.receive(answer, opening, total, stages).await;
        // Zero was reported at the beginning.
        if self.bytes > 0 {
            stages(Stage::Downloading {
                bytes: self.bytes,
                total,
            });
        }
        done.map(|()| self)
    }

    async fn receive(
        &mut self,
        answer: &mut SiteResponse,
        opening: FirstBytes,
        total: Option<u64>,
        stages: &mut dyn FnMut(Stage),
    ) -> Result<(), Failure> {
        self.write(&opening.bytes)?;
        let mut reported_at = Instant::now();
        while let Some(more) = answer.next_chunk().await? {
            self.write(&more)?;
            if reported_at.elapsed() >= PROGRESS_INTERVAL {
                reported_at = Instant::now();
                stages(Stage::Downloading {
                    bytes: self.bytes,
                    total,
                });
            }
        }
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        check_size(self.limit, self.bytes + bytes.len() as u64)?;
        self.writer
            .write(bytes)
            .map_err(|error| session_dir::write_failure(&error, self.folder))?;
        self.hasher.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(())
    }
}

/// Checks the whole file and makes it read-only. It runs on a background thread, because a slow
/// disk or a hostile file can make it slow.
fn check_in_background(
    file: Arc<File>,
    visit: &SessionDir,
    options: &SessionOptions<'_>,
) -> Result<FileKind, SessionError> {
    let accepted = accepted_kinds(options.config, options.purpose).to_owned();
    let machine = match options.purpose {
        Purpose::Run => Target::ThisMachine,
        Purpose::Save => Target::Any,
    };
    let failed = |error| session_dir::write_failure(&error, visit.path());
    let kind = wait_blocking(
        options.cancel,
        "check",
        move || check(&file, &accepted, machine),
        failed,
    )??;
    // A cancel may also have arrived with the result.
    if options.cancel.is_cancelled() {
        Err(SessionError::Cancelled)
    } else {
        Ok(kind)
    }
}

fn check(
    file: &File,
    accepted: &[FileKind],
    machine: Target,
) -> io::Result<Result<FileKind, Failure>> {
    let kind = file_type::detect(file)?;
    let Some(kind) = kind.filter(|kind| accepted.contains(kind)) else {
        return Ok(Err(kind.map_or(Fault::WrongKind.into(), |kind| {
            Failure::with_subject(Fault::WrongKind, file_type::name(kind))
        })));
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
        let reported_at = [200 << 20, 5_000_000_000, 1_000_000, 3 << 10, 4711].map(format_size);
        assert_eq!(
            reported_at,
            ["200 MiB", "5 GB", "1 MB", "3 KiB", "4711 bytes"]
        );
    }
}
