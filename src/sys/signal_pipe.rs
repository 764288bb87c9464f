//! Signals for `poll`: each has a flag, and a byte in a [`Waker`] says that one has arrived.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::{SigId, flag, low_level};

use super::waker::Waker;

/// Catches these signals for as long as this lives. After that they are ignored.
#[derive(Debug)]
pub(crate) struct SignalPipe<const N: usize> {
    pending: [(i32, Arc<AtomicBool>); N],
    actions: Vec<SigId>,
}

impl<const N: usize> SignalPipe<N> {
    /// Catches them from now on.
    pub(crate) fn listen(signals: [i32; N], waker: &Waker) -> io::Result<Self> {
        let mut pipe = Self {
            pending: signals.map(|signal| (signal, Arc::default())),
            actions: Vec::with_capacity(2 * N),
        };
        for (signal, flag) in &pipe.pending {
            // In this order, in which they run: when the byte arrives, the flag is set.
            pipe.actions
                .push(flag::register(*signal, Arc::clone(flag))?);
            pipe.actions
                .push(low_level::pipe::register(*signal, waker.writer()?)?);
        }
        Ok(pipe)
    }

    /// The signals that have come since the last call, in the order in which they were named.
    pub(crate) fn take(&self) -> impl Iterator<Item = i32> + '_ {
        self.pending
            .iter()
            .filter(|(_, flag)| flag.swap(false, Ordering::SeqCst))
            .map(|(signal, _)| *signal)
    }
}

impl<const N: usize> Drop for SignalPipe<N> {
    fn drop(&mut self) {
        for action in &self.actions {
            low_level::unregister(*action);
        }
    }
}
