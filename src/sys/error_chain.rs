//! The causes of an error as text for the log (D15). Only error types are included whose messages
//! never contain a URL, a name or anything that a customer typed.

use std::error::Error;
use std::io;

use rustix::io::Errno;

/// Why a name has no address. The messages of this type and of [`TunnelError`] are safe to log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LookupError {
    /// The name does not exist.
    #[error("the name is unknown")]
    Unknown,
    /// The name service does not answer or fails.
    #[error("the name service does not answer")]
    NoAnswer,
    /// This machine has no file descriptor or memory left for the query.
    #[error("no descriptor or memory left to look up the name")]
    ResourcesExhausted,
}

/// Why there is no tunnel through the proxy.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TunnelError {
    #[error("no connection to the proxy")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Not within `network.connect_timeout`.
    #[error("no tunnel in time")]
    TimedOut,
    #[error("the connection to the proxy broke off")]
    Broken(#[from] io::Error),
    #[error("the proxy closed the connection")]
    Closed,
    #[error("the proxy's answer is not HTTP, or its head has more than 64 KB")]
    Malformed,
    #[error("status {0} from the proxy")]
    Refused(u16),
    /// Status 407, with the authentication methods that the proxy offers.
    #[error("status 407 from the proxy")]
    SignIn(Vec<String>),
}

/// An error and its causes, outermost first. The inner error of an `io::Error` is included; its own
/// `source` skips that one.
pub(crate) fn chain<'e>(
    error: &'e (dyn Error + 'static),
) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| cause(*error))
}

fn cause<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>() {
        Some(io) => io.get_ref().map(|inner| inner as &(dyn Error + 'static)),
        None => error.source(),
    }
}

/// The innermost cause of this type.
pub(crate) fn innermost<'e, T: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e T> {
    chain(error).filter_map(|cause| cause.downcast_ref()).last()
}

/// The messages that are safe to log, outermost first.
pub(crate) fn describe(error: &(dyn Error + 'static)) -> String {
    let mut words: Vec<String> = chain(error).filter_map(message).collect();
    words.dedup();
    words.join(": ")
}

fn message(error: &(dyn Error + 'static)) -> Option<String> {
    if let Some(error) = error.downcast_ref::<io::Error>() {
        // An `io::Error` that is not from the system may contain other errors' messages.
        return Some(
            error
                .raw_os_error()
                .map_or_else(|| error.kind().to_string(), |_| error.to_string()),
        );
    }
    let is_known = error.is::<rustls::Error>()
        || error.is::<hyper::Error>()
        || error.is::<LookupError>()
        || error.is::<TunnelError>();
    is_known.then(|| error.to_string())
}

/// Whether a file descriptor, memory or a thread was not available. Then the request itself is not
/// wrong.
pub(crate) fn is_resource_exhausted(error: &io::Error) -> bool {
    let errno = error.raw_os_error().map(Errno::from_raw_os_error);
    errno.is_some_and(|errno| {
        [Errno::AGAIN, Errno::MFILE, Errno::NFILE, Errno::NOMEM].contains(&errno)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("https://localhost/?access_key=canary")]
    struct Loud(#[source] io::Error);

    #[test]
    fn d15_a_described_error_chain_contains_no_part_of_a_url() {
        let inner = rustls::Error::General("handshake".to_owned());
        let chain = Loud(io::Error::new(
            io::ErrorKind::InvalidData,
            io::Error::other(inner),
        ));
        assert_eq!(
            describe(&chain),
            "invalid data: other error: unexpected error: handshake"
        );
        assert_eq!(
            describe(&io::Error::other(Loud(io::Error::from_raw_os_error(111)))),
            "other error: Connection refused (os error 111)"
        );
        assert!(
            innermost::<rustls::Error>(&chain).is_some()
                && innermost::<hyper::Error>(&chain).is_none()
        );
    }
}
