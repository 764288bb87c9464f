//! The staff PIN: what may be one, the hash of it that stands in the config, and what becomes of a try (K10).
//!
//! ```text
//! staff-pin: Pin ──> PinHash::of ──> the config ──> PinHash::read ──> fits(Pin) ──> Verdict
//! ```
//!
//! Who has the config has the hash and can try every short PIN against it, at home and without a wait: the cost of one try
//! is all that stands between the two. So it is made as high as a kiosk bears for one press of a key.

use std::fmt;
use std::time::Duration;

use argon2::password_hash::Error;
use argon2::{ARGON2ID_IDENT, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version};

use crate::clean::Clean;
use crate::session::Typed;
use crate::text::EN;

/// What one try costs: 64 MiB, three passes and one lane (RFC 9106, section 4, the second choice, in one lane, since
/// nothing here computes several at once). Measured: 0.3 s on a busy core.
const COST: Params = match Params::new(64 << 10, 3, 1, None) {
    Ok(cost) => cost,
    Err(_) => panic!("a cost that argon2 does not know"),
};

/// What a hash of the config may ask for at most, so that none hangs a kiosk: in KiB, passes and lanes.
const MEMORY_AT_MOST: u32 = 256 << 10;
const PASSES_AT_MOST: u32 = 10;
const LANES_AT_MOST: u32 = 4;

/// A PIN as it was typed, of a length that a PIN may have. Erased when dropped; its `Debug` is blank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin(Typed);

/// Why a text is no PIN. Says nothing of the text itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PinProblem {
    /// Too few characters.
    #[error("the PIN has {} and needs at least {}", EN.common.characters(*count as u64), Pin::AT_LEAST)]
    TooShort {
        /// How many there are.
        count: usize,
    },
    /// Too many characters.
    #[error("the PIN has {} and may have at most {}", EN.common.characters(*count as u64), Pin::AT_MOST)]
    TooLong {
        /// How many there are.
        count: usize,
    },
}

impl Pin {
    /// How many characters a PIN has at least.
    pub const AT_LEAST: usize = 6;
    /// How many characters a PIN has at most.
    pub const AT_MOST: usize = 64;

    /// Takes what was typed for a PIN, each character as it is: blanks count, and so does case.
    pub fn new(text: Clean) -> Result<Self, PinProblem> {
        let count = text.count();
        let typed = Typed::new(text);
        match count {
            ..Self::AT_LEAST => Err(PinProblem::TooShort { count }),
            Self::AT_LEAST..=Self::AT_MOST => Ok(Self(typed)),
            _ => Err(PinProblem::TooLong { count }),
        }
    }

    fn bytes(&self) -> &[u8] {
        self.0.reveal().as_bytes()
    }
}

/// A PIN as the config has it: an argon2id hash, written as a PHC string, which its `Display` gives. Its `Debug` is blank.
#[derive(Clone, PartialEq, Eq)]
pub struct PinHash(PasswordHash);

/// Why a text is no hash of a PIN: said of it, and without a word of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PinHashProblem {
    /// No hash at all, or half of one.
    #[error("must be the hash of a PIN, never the PIN itself: run `support-kiosk staff-pin` and write what it prints")]
    NoHash,
    /// Another function than argon2id, or another version of it.
    #[error("is a hash, but not of argon2id in version 19: run `support-kiosk staff-pin` and write what it prints")]
    OtherKind,
    /// More memory, passes or lanes than a kiosk may be made to spend.
    #[error(
        "takes more than {} MiB, {PASSES_AT_MOST} passes or {LANES_AT_MOST} lanes to check: run `support-kiosk staff-pin` and write what it prints",
        MEMORY_AT_MOST >> 10
    )]
    TooCostly,
}

/// There is not so much memory left that a PIN could be hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is not enough memory left to hash a PIN")]
pub struct NoMemory;

impl PinHash {
    /// Reads a hash as the config has it.
    pub fn read(phc: &str) -> Result<Self, PinHashProblem> {
        let hash = PasswordHash::new(phc).map_err(|_| PinHashProblem::NoHash)?;
        if hash.algorithm != ARGON2ID_IDENT || hash.version != Some(Version::V0x13.into()) {
            return Err(PinHashProblem::OtherKind);
        }
        let cost = Params::try_from(&hash).map_err(|_| PinHashProblem::NoHash)?;
        if hash.salt.is_none() || hash.hash.is_none() {
            return Err(PinHashProblem::NoHash);
        }
        let bearable = cost.m_cost() <= MEMORY_AT_MOST && cost.t_cost() <= PASSES_AT_MOST && cost.p_cost() <= LANES_AT_MOST;
        if bearable { Ok(Self(hash)) } else { Err(PinHashProblem::TooCostly) }
    }

    /// The hash of a PIN. Nobody else may have had the same salt: it is to be random.
    pub fn of(pin: &Pin, salt: [u8; 16]) -> Result<Self, NoMemory> {
        // Cost, salt and length are all within bounds: of the errors there are, memory is left.
        Argon2::from(COST).hash_password_with_salt(pin.bytes(), &salt).map(Self).map_err(|_| NoMemory)
    }

    /// Whether it is the hash of this PIN. Takes as long as its cost says, with seconds at the worst.
    pub fn fits(&self, pin: &Pin) -> Result<bool, NoMemory> {
        match Argon2::default().verify_password(pin.bytes(), &self.0) {
            Ok(()) => Ok(true),
            Err(Error::OutOfMemory) => Err(NoMemory),
            Err(_) => Ok(false),
        }
    }
}

impl fmt::Display for PinHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for PinHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PinHash")
    }
}

/// What becomes of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is the PIN.
    Right,
    /// It is not.
    Wrong {
        /// How long until the next try is looked at; zero: at once.
        wait: Duration,
    },
    /// It was not looked at: there were too many wrong ones before it.
    TooSoon {
        /// How long until one is.
        wait: Duration,
    },
    /// It was not looked at: tries can't be recorded here, and what is not recorded could be tried without end.
    OutOfOrder,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "password" in the test vectors of the reference implementation (phc-winner-argon2, `src/test.c`).
    const REFERENCE: &str = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

    fn pin(text: &str) -> Pin {
        Pin::new(Clean::line(text).expect("clean")).expect("a PIN")
    }

    fn problem(phc: &str) -> PinHashProblem {
        PinHash::read(phc).expect_err(phc)
    }

    #[test]
    fn k10_a_pin_is_of_six_to_sixty_four_characters_of_any_script() {
        let read = |text: &str| Pin::new(Clean::line(text).expect("clean"));
        assert_eq!(read("47110"), Err(PinProblem::TooShort { count: 5 }));
        assert_eq!(read(&"ø".repeat(65)), Err(PinProblem::TooLong { count: 65 }));
        for good in ["471109", "李李李李李李", &"😀".repeat(64)] {
            assert!(read(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn k10_a_hash_of_the_reference_implementation_fits_its_pin_alone() {
        let hash = PinHash::read(REFERENCE).expect("a hash");
        assert_eq!(hash.fits(&pin("password")), Ok(true));
        for wrong in ["Password", "password ", "passwore"] {
            assert_eq!(hash.fits(&pin(wrong)), Ok(false), "{wrong}");
        }
    }

    #[test]
    fn k10_a_hash_that_is_made_is_read_back_and_fits() {
        let made = PinHash::of(&pin("471109"), [7; 16]).expect("memory");
        assert!(made.to_string().starts_with("$argon2id$v=19$m=65536,t=3,p=1$BwcHBw"), "{made}");
        let read = PinHash::read(&made.to_string());
        assert_eq!(read.as_ref(), Ok(&made));
        assert_eq!(made.fits(&pin("471109")), Ok(true));
        assert_ne!(made, PinHash::of(&pin("471109"), [8; 16]).expect("memory"));
    }

    #[test]
    fn k10_what_is_no_good_hash_says_why() {
        let cut = REFERENCE.rsplit_once('$').expect("fields").0;
        for none in ["", "471109", "$argon2id$...", "$argon2id$v=19", cut, &format!("{REFERENCE}$"), &format!(" {REFERENCE}")] {
            assert_eq!(problem(none), PinHashProblem::NoHash, "{none}");
        }
        for (part, other) in [("argon2id", "argon2i"), ("argon2id", "argon2d"), ("argon2id", "scrypt"), ("v=19", "v=16")] {
            assert_eq!(problem(&REFERENCE.replace(part, other)), PinHashProblem::OtherKind, "{other}");
        }
        assert_eq!(problem(&REFERENCE.replace("$v=19", "")), PinHashProblem::OtherKind);
        for (part, other) in [("m=65536", "m=262145"), ("t=2", "t=11"), ("p=1", "p=5"), ("m=65536", "m=4294967295")] {
            assert_eq!(problem(&REFERENCE.replace(part, other)), PinHashProblem::TooCostly, "{other}");
        }
        for (part, other) in [("m=65536", "m=7"), ("t=2", "t=0"), ("p=1", "p=0"), ("p=1", "q=1"), ("m=65536", "m=4294967296")] {
            assert_eq!(problem(&REFERENCE.replace(part, other)), PinHashProblem::NoHash, "{other}");
        }
        let dearest = REFERENCE.replace("m=65536,t=2,p=1", "m=262144,t=10,p=4");
        assert!(PinHash::read(&dearest).is_ok());
    }

    #[test]
    fn k10_neither_a_pin_nor_its_hash_is_in_a_debug_print() {
        let hash = PinHash::read(REFERENCE).expect("a hash");
        assert_eq!(format!("{:?} {hash:?}", pin("471109")), "Pin(Typed) PinHash");
    }
}
