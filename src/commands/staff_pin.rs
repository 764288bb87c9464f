//! `support-kiosk staff-pin`: turns a PIN into the config line that lets staff quit with it (K10).

use std::io::{self, IsTerminal, Write};

use super::eprint_line;
use crate::clean::{Clean, RefusedCharacter};
use crate::failure::Exit;
use crate::host;
use crate::pin::{NoMemory, Pin, PinHash, PinProblem};
use crate::terminal::no_echo::{NoEcho, ReadLineError, read_line_from};

/// Why no hash was made. Contains nothing of the PIN.
#[derive(Debug, thiserror::Error)]
enum StaffPinError {
    #[error(transparent)]
    Pin(#[from] PinProblem),
    #[error("the PIN: {0}")]
    Character(#[from] RefusedCharacter),
    #[error("the PIN is not UTF-8")]
    NotUtf8(#[from] std::str::Utf8Error),
    #[error("the second PIN differs from the first")]
    Mismatch,
    #[error(transparent)]
    ReadLine(#[from] ReadLineError),
    #[error(transparent)]
    NoMemory(#[from] NoMemory),
    #[error(transparent)]
    System(#[from] io::Error),
}

impl StaffPinError {
    fn exit_status(&self) -> u8 {
        match self {
            Self::Pin(_) | Self::Character(_) | Self::NotUtf8(_) | Self::Mismatch => {
                Exit::Input as u8
            }
            Self::ReadLine(ReadLineError::Signal(number)) => 128_u8.saturating_add(*number),
            Self::ReadLine(ReadLineError::Unreadable(_)) | Self::NoMemory(_) | Self::System(_) => {
                Exit::Internal as u8
            }
        }
    }
}

pub(super) fn run() -> u8 {
    match read_pin().and_then(|pin| Ok(PinHash::compute(&pin, host::salt()?)?)) {
        Ok(hash) => match writeln!(io::stdout(), "staff_pin = \"{hash}\"") {
            Ok(()) => 0,
            Err(_) => Exit::CannotWrite as u8,
        },
        Err(refusal) => {
            eprint_line(&format!("No hash was made: {refusal}."));
            refusal.exit_status()
        }
    }
}

/// A person types the PIN twice, because it is not shown. A script passes it once, as a line on
/// standard input.
fn read_pin() -> Result<Pin, StaffPinError> {
    let input = rustix::stdio::stdin();
    if !input.is_terminal() {
        return parse_pin(&read_line_from(input)?);
    }
    let mut terminal = NoEcho::enter(input)?;
    eprint_line(&format!(
        "Type the PIN for staff, {} to {} characters. It is not shown.",
        Pin::MIN_CHARS,
        Pin::MAX_CHARS
    ));
    let pin = parse_pin(&terminal.line()?)?;
    eprint_line("Type it once more.");
    let is_the_same = parse_pin(&terminal.line()?).is_ok_and(|again| again == pin);
    if is_the_same {
        Ok(pin)
    } else {
        Err(StaffPinError::Mismatch)
    }
}

fn parse_pin(line: &[u8]) -> Result<Pin, StaffPinError> {
    // PowerShell puts a byte order mark before piped input.
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
    Ok(Pin::new(Clean::line(std::str::from_utf8(line)?)?)?)
}
