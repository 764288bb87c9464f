//! The staff PIN: which PINs are allowed, the hash in the config, and the result of an attempt
//! (K10).
//!
//! ```text
//! staff-pin: Pin ──> PinHash::compute ──> the config
//! kiosk:     the config ──> PinHash::parse ──> attempts::verify(Pin) ──> PinVerdict
//! ```
//!
//! A person who has the config has the hash, and can try every short PIN against it offline. Only
//! the cost of each attempt protects the PIN. So the cost is as high as is bearable for one key
//! press at a kiosk.

pub(crate) mod attempts;

use std::fmt;
use std::time::Duration;

use argon2::password_hash::Error;
use argon2::{
    ARGON2ID_IDENT, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version,
};

use crate::clean::Clean;
use crate::session::Typed;
use crate::text::EN;

/// The cost of one attempt: 64 MiB, three passes and one lane. This is the second choice of RFC
/// 9106, section 4, but with one lane, because no attempt is computed in parallel. Measured: 0.3 s
/// on a busy core.
const COST: Params = match Params::new(64 << 10, 3, 1, None) {
    Ok(cost) => cost,
    Err(_) => panic!("a cost that argon2 does not know"),
};

/// The maximum cost of a hash in the config, so that it can't hang the kiosk: KiB, passes, lanes.
const MAX_MEMORY: u32 = 256 << 10;
const MAX_PASSES: u32 = 10;
const MAX_LANES: u32 = 4;

/// A typed PIN of an allowed length. Erased when dropped; `Debug` shows nothing of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin(Typed);

/// Why a text can't be a PIN. Contains nothing of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PinProblem {
    #[error("the PIN has {} and needs at least {}", EN.common.characters(*count as u64), Pin::MIN_CHARS)]
    TooShort {
        /// The number of characters.
        count: usize,
    },
    #[error("the PIN has {} and may have at most {}", EN.common.characters(*count as u64), Pin::MAX_CHARS)]
    TooLong {
        /// The number of characters.
        count: usize,
    },
}

impl Pin {
    /// The minimum number of characters.
    pub(crate) const MIN_CHARS: usize = 6;
    /// The maximum number of characters.
    pub(crate) const MAX_CHARS: usize = 64;

    /// Takes the typed text as it is: blanks and case are significant.
    pub fn new(text: Clean) -> Result<Self, PinProblem> {
        let count = text.count();
        let typed = Typed::new(text);
        match count {
            ..Self::MIN_CHARS => Err(PinProblem::TooShort { count }),
            Self::MIN_CHARS..=Self::MAX_CHARS => Ok(Self(typed)),
            _ => Err(PinProblem::TooLong { count }),
        }
    }

    fn bytes(&self) -> &[u8] {
        self.0.reveal().as_bytes()
    }
}

/// The hash of a PIN in the config: argon2id as a PHC string, which `Display` writes. `Debug` shows
/// nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct PinHash(PasswordHash);

/// Why a text is not the hash of a PIN. Contains nothing of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PinHashProblem {
    /// Not a hash, or an incomplete one.
    #[error(
        "must be the hash of a PIN, never the PIN itself: run `support-kiosk staff-pin` and write what it prints"
    )]
    NoHash,
    /// Not argon2id, or another version of it.
    #[error(
        "is a hash, but not of argon2id in version 19: run `support-kiosk staff-pin` and write what it prints"
    )]
    UnsupportedAlgorithm,
    /// It would cost more memory, passes or lanes than allowed.
    #[error(
        "takes more than {} MiB, {MAX_PASSES} passes or {MAX_LANES} lanes to check: run `support-kiosk staff-pin` and write what it prints",
        MAX_MEMORY >> 10
    )]
    TooCostly,
}

/// There is not enough memory to hash a PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is not enough memory left to hash a PIN")]
pub struct NoMemory;

impl PinHash {
    /// Parses a hash from the config.
    pub(crate) fn parse(phc: &str) -> Result<Self, PinHashProblem> {
        let hash = PasswordHash::new(phc).map_err(|_| PinHashProblem::NoHash)?;
        if hash.algorithm != ARGON2ID_IDENT || hash.version != Some(Version::V0x13.into()) {
            return Err(PinHashProblem::UnsupportedAlgorithm);
        }
        let cost = Params::try_from(&hash).map_err(|_| PinHashProblem::NoHash)?;
        if hash.salt.is_none() || hash.hash.is_none() {
            return Err(PinHashProblem::NoHash);
        }
        let bearable = cost.m_cost() <= MAX_MEMORY
            && cost.t_cost() <= MAX_PASSES
            && cost.p_cost() <= MAX_LANES;
        if bearable {
            Ok(Self(hash))
        } else {
            Err(PinHashProblem::TooCostly)
        }
    }

    /// Hashes a PIN. The salt must be random, so that no two hashes share one.
    pub(crate) fn compute(pin: &Pin, salt: [u8; 16]) -> Result<Self, NoMemory> {
        // Cost, salt and length are within their limits, so only the memory error is possible.
        Argon2::from(COST)
            .hash_password_with_salt(pin.bytes(), &salt)
            .map(Self)
            .map_err(|_| NoMemory)
    }

    /// Whether this is the hash of a PIN. Takes as long as the hash's cost parameters demand, up to
    /// seconds.
    pub fn verify(&self, pin: &Pin) -> Result<bool, NoMemory> {
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

/// The result of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinVerdict {
    Correct,
    Wrong {
        /// The time until the next attempt is checked; zero: at once.
        wait: Duration,
    },
    /// Not checked: there were too many wrong attempts before.
    TooSoon {
        /// The time until an attempt is checked.
        wait: Duration,
    },
    /// Not checked: attempts can't be recorded, and unrecorded attempts would be unlimited.
    Unavailable,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "password" in the test vectors of the reference implementation (phc-winner-argon2,
    /// `src/test.c`).
    const REFERENCE: &str =
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

    fn pin(text: &str) -> Pin {
        Pin::new(Clean::line(text).expect("clean")).expect("a PIN")
    }

    fn problem(phc: &str) -> PinHashProblem {
        PinHash::parse(phc).expect_err(phc)
    }

    #[test]
    fn k10_a_pin_is_of_six_to_sixty_four_characters_of_any_script() {
        let read = |text: &str| Pin::new(Clean::line(text).expect("clean"));
        assert_eq!(read("47110"), Err(PinProblem::TooShort { count: 5 }));
        assert_eq!(
            read(&"ø".repeat(65)),
            Err(PinProblem::TooLong { count: 65 })
        );
        for good in ["471109", "李李李李李李", &"😀".repeat(64)] {
            assert!(read(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn k10_a_hash_of_the_reference_implementation_fits_its_pin_alone() {
        let hash = PinHash::parse(REFERENCE).expect("a hash");
        assert_eq!(hash.verify(&pin("password")), Ok(true));
        for wrong in ["Password", "password ", "passwore"] {
            assert_eq!(hash.verify(&pin(wrong)), Ok(false), "{wrong}");
        }
    }

    #[test]
    fn k10_a_hash_that_is_made_is_read_back_and_fits() {
        let made = PinHash::compute(&pin("471109"), [7; 16]).expect("memory");
        assert!(
            made.to_string()
                .starts_with("$argon2id$v=19$m=65536,t=3,p=1$BwcHBw"),
            "{made}"
        );
        let read = PinHash::parse(&made.to_string());
        assert_eq!(read.as_ref(), Ok(&made));
        assert_eq!(made.verify(&pin("471109")), Ok(true));
        assert_ne!(
            made,
            PinHash::compute(&pin("471109"), [8; 16]).expect("memory")
        );
    }

    #[test]
    fn k10_what_is_no_good_hash_says_why() {
        let cut = REFERENCE.rsplit_once('$').expect("fields").0;
        for none in [
            "",
            "471109",
            "$argon2id$...",
            "$argon2id$v=19",
            cut,
            &format!("{REFERENCE}$"),
            &format!(" {REFERENCE}"),
        ] {
            assert_eq!(problem(none), PinHashProblem::NoHash, "{none}");
        }
        for (part, other) in [
            ("argon2id", "argon2i"),
            ("argon2id", "argon2d"),
            ("argon2id", "scrypt"),
            ("v=19", "v=16"),
        ] {
            assert_eq!(
                problem(&REFERENCE.replace(part, other)),
                PinHashProblem::UnsupportedAlgorithm,
                "{other}"
            );
        }
        assert_eq!(
            problem(&REFERENCE.replace("$v=19", "")),
            PinHashProblem::UnsupportedAlgorithm
        );
        for (part, other) in [
            ("m=65536", "m=262145"),
            ("t=2", "t=11"),
            ("p=1", "p=5"),
            ("m=65536", "m=4294967295"),
        ] {
            assert_eq!(
                problem(&REFERENCE.replace(part, other)),
                PinHashProblem::TooCostly,
                "{other}"
            );
        }
        for (part, other) in [
            ("m=65536", "m=7"),
            ("t=2", "t=0"),
            ("p=1", "p=0"),
            ("p=1", "q=1"),
            ("m=65536", "m=4294967296"),
        ] {
            assert_eq!(
                problem(&REFERENCE.replace(part, other)),
                PinHashProblem::NoHash,
                "{other}"
            );
        }
        let dearest = REFERENCE.replace("m=65536,t=2,p=1", "m=262144,t=10,p=4");
        assert!(PinHash::parse(&dearest).is_ok());
    }

    #[test]
    fn k10_neither_a_pin_nor_its_hash_is_in_a_debug_print() {
        let hash = PinHash::parse(REFERENCE).expect("a hash");
        assert_eq!(
            format!("{:?} {hash:?}", pin("471109")),
            "Pin(Typed) PinHash"
        );
    }
}
