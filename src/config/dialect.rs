//! The two dialects of the session request: where it goes, and what its parameters are called (docs/protocol.md).

use crate::session::{Field, KEY_PARAMETERS};

/// The words of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// The 2008 API guide's.
    Connector,
    /// Today's API.
    StartSession,
}

/// The number of a representative or an issue.
pub const ID: &str = "id";
/// The display name of a representative.
pub const NAME: &str = "name";
/// Marks the request as a survey.
pub const ISSUE_MENU: &str = "issue_menu";
/// The code name of an issue: `start-session` only.
pub const CODE_NAME: &str = "codeName";
/// Skips the site's own confirmation of a session key: `start-session` only.
pub const SKIP_CONFIRM: &str = "skipconfirm";
/// The platform of the requested client: `start-session` only.
pub const PLATFORM: &str = "platform";
/// Asks for a session in the browser (chat) in place of a client: `start-session` only.
const BROWSER_CHAT: &str = "c2cjs";
/// The customer's language: `start-session` only.
const LOCALE: &str = "locale";

impl Dialect {
    const ALL: [Self; 2] = [Self::Connector, Self::StartSession];

    /// The path of the request where the config names none.
    pub fn path(self) -> &'static str {
        match self {
            Self::Connector => "/download_customer_connector.ns",
            Self::StartSession => "/api/start_session",
        }
    }

    /// The session key.
    pub fn session_key(self) -> &'static str {
        match self {
            Self::Connector => "access_key",
            Self::StartSession => "short_key",
        }
    }

    /// A field of the survey.
    pub fn survey_field(self, field: Field) -> &'static str {
        match (self, field) {
            (Self::Connector, Field::Name) => "customer_name",
            (Self::Connector, Field::Company) => "customer_company",
            (Self::Connector, Field::CompanyCode) => "customer_company_code",
            (Self::Connector, Field::Description) => "customer_desc",
            (Self::Connector, Field::ExternalKey) => "external_key",
            (Self::StartSession, Field::Name) => "customer.name",
            (Self::StartSession, Field::Company) => "customer.company",
            (Self::StartSession, Field::CompanyCode) => "customer.company_code",
            (Self::StartSession, Field::Description) => "customer.details",
            (Self::StartSession, Field::ExternalKey) => "session.custom.external_key",
        }
    }

    /// Whether a parameter of this name is one that the kiosk sends itself, in either dialect and in whatever case: a site
    /// may take `ID` for `id`.
    pub fn has_parameter(name: &str) -> bool {
        let shared = [ID, NAME, ISSUE_MENU, CODE_NAME, SKIP_CONFIRM, PLATFORM, LOCALE];
        let by_dialect = Self::ALL.into_iter().flat_map(|dialect| {
            let fields = Field::ALL.into_iter().map(move |field| dialect.survey_field(field));
            fields.chain([dialect.session_key()])
        });
        shared.into_iter().chain(by_dialect).any(|own| own.eq_ignore_ascii_case(name))
    }

    /// Whether a parameter of this name selects the session, as in a link with a session key, or what the site answers with. In
    /// whatever case, as above.
    pub fn selects_session(name: &str) -> bool {
        KEY_PARAMETERS.into_iter().chain([BROWSER_CHAT]).any(|known| known.eq_ignore_ascii_case(name))
    }
}
