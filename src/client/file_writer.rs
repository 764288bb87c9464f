//! Writes a file with early write-back. A client counts as downloaded only once it is synced to
//! disk (D11). The sync begins during the download, so that little is left to wait for at the end
//! of a large file.
//!
//! ```text
//! bytes ──> page cache ──(every SYNC_EVERY, on a background thread)──> disk
//!               └────────(the rest, at the end)─────────────────────────┘
//! ```

use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;

use tokio::sync::oneshot::Receiver;
use tokio::sync::oneshot::error::TryRecvError;

use crate::job::blocking::{run_blocking, spawn_blocking};

/// How many bytes are written between two syncs. Most clients are smaller and are synced once, at
/// the end.
const SYNC_EVERY: u64 = 32 << 20;

pub(super) struct FileWriter {
    file: Arc<File>,
    /// Bytes written since the last sync began.
    unsynced: u64,
    /// The result of the sync that is running.
    pending_sync: Option<Receiver<io::Result<()>>>,
}

impl FileWriter {
    pub(super) fn new(file: File) -> Self {
        Self {
            file: Arc::new(file),
            unsynced: 0,
            pending_sync: None,
        }
    }

    /// Writes the next bytes. Also returns an error of an earlier sync.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        (&*self.file).write_all(bytes)?;
        self.unsynced += bytes.len() as u64;
        if self.unsynced >= SYNC_EVERY && self.is_sync_done()? {
            self.unsynced = 0;
            let file = Arc::clone(&self.file);
            // If no thread can be started, the sync at the end covers everything.
            self.pending_sync = spawn_blocking("write-back", move || file.sync_data()).ok();
        }
        Ok(())
    }

    /// Whether the last sync is complete. The kernel reports a write-back error only once, so it
    /// must be returned here.
    fn is_sync_done(&mut self) -> io::Result<bool> {
        match self.pending_sync.as_mut().map(Receiver::try_recv) {
            Some(Err(TryRecvError::Empty)) => Ok(false),
            Some(Ok(done)) => done.map(|()| true),
            Some(Err(error @ TryRecvError::Closed)) => Err(io::Error::other(error)),
            None => Ok(true),
        }
    }

    /// The file, once all of it is synced. A slow disk does not delay a cancel (D8).
    pub(super) async fn finish(self) -> io::Result<Arc<File>> {
        if let Some(on_their_way) = self.pending_sync {
            on_their_way.await.map_err(io::Error::other)??;
        }
        let file = Arc::clone(&self.file);
        run_blocking("sync", move || file.sync_all()).await??;
        Ok(self.file)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// More than `SYNC_EVERY` bytes, in pieces that do not divide it.
    fn pieces() -> impl Iterator<Item = Vec<u8>> {
        (0..100).map(|number| vec![number; 1_000_003])
    }

    async fn written(file: File) -> io::Result<Arc<File>> {
        let mut writing = FileWriter::new(file);
        for piece in pieces() {
            writing.write(&piece)?;
        }
        writing.finish().await
    }

    #[tokio::test]
    async fn d11_what_is_written_while_the_disk_takes_it_is_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("client");
        let file = written(File::create(&path).expect("made"))
            .await
            .expect("written");
        assert_eq!(
            Arc::strong_count(&file),
            1,
            "a file that will be executed is still open"
        );
        assert!(
            fs::read(&path).expect("there") == pieces().collect::<Vec<_>>().concat(),
            "the content differs"
        );
    }

    #[tokio::test]
    async fn d11_a_disk_error_during_writeback_is_reported() {
        // Accepts all bytes, but cannot be synced.
        let file = File::options()
            .write(true)
            .open("/dev/null")
            .expect("there");
        let error = written(file).await.expect_err("nothing is on any disk");
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    }
}
