//! The two dialects of the session request: its path and parameter names (docs/protocol.md).

use crate::session::SurveyField;
use crate::ways::{self, CodeWay};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// The 2008 API guide.
    Connector,
    /// The current API.
    StartSession,
}

/// The number of a representative or an issue.
pub(crate) const ID: &str = "id";
/// The display name of a representative.
pub(crate) const NAME: &str = "name";
/// Marks the request as a survey.
pub(crate) const ISSUE_MENU: &str = "issue_menu";
/// The code name of an issue: `start-session` only.
pub(crate) const CODE_NAME: &str = "codeName";
/// Skips the site's own confirmation of a code: `start-session` only.
pub(crate) const SKIP_CONFIRM: &str = "skipconfirm";
/// The platform of the requested client: `start-session` only.
pub(crate) const PLATFORM: &str = "platform";
/// Asks for a chat session in the browser instead of a client: `start-session` only.
const BROWSER_CHAT: &str = "c2cjs";
/// The customer's language: `start-session` only.
const LOCALE: &str = "locale";

impl Dialect {
    const ALL: [Self; 2] = [Self::Connector, Self::StartSession];

    /// The path of the request if the config does not set one.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Connector => "/download_customer_connector.ns",
            Self::StartSession => "/api/start_session",
        }
    }

    pub fn code(self, way: &CodeWay) -> &'static str {
        match self {
            Self::Connector => way.connector,
            Self::StartSession => way.start_session,
        }
    }

    pub(crate) fn survey_field(self, field: SurveyField) -> &'static str {
        match (self, field) {
            (Self::Connector, SurveyField::Name) => "customer_name",
            (Self::Connector, SurveyField::Company) => "customer_company",
            (Self::Connector, SurveyField::CompanyCode) => "customer_company_code",
            (Self::Connector, SurveyField::Description) => "customer_desc",
            (Self::Connector, SurveyField::ExternalKey) => "external_key",
            (Self::StartSession, SurveyField::Name) => "customer.name",
            (Self::StartSession, SurveyField::Company) => "customer.company",
            (Self::StartSession, SurveyField::CompanyCode) => "customer.company_code",
            (Self::StartSession, SurveyField::Description) => "customer.details",
            (Self::StartSession, SurveyField::ExternalKey) => "session.custom.external_key",
        }
    }

    /// Whether the kiosk sends a parameter of this name itself, in either dialect. Case is ignored,
    /// because a site may accept `ID` for `id`.
    pub fn has_parameter(name: &str) -> bool {
        let shared = [
            ID,
            NAME,
            ISSUE_MENU,
            CODE_NAME,
            SKIP_CONFIRM,
            PLATFORM,
            LOCALE,
        ];
        let by_dialect = Self::ALL.into_iter().flat_map(|dialect| {
            let fields = SurveyField::ALL
                .into_iter()
                .map(move |field| dialect.survey_field(field));
            fields.chain(ways::codes().map(move |way| dialect.code(way)))
        });
        shared
            .into_iter()
            .chain(by_dialect)
            .any(|own| own.eq_ignore_ascii_case(name))
    }

    /// Whether a parameter of this name selects the session (as in a link with a code) or the type
    /// of the site's answer. Case is ignored, as above.
    pub(crate) fn selects_session(name: &str) -> bool {
        let in_links = ways::codes()
            .filter_map(|way| way.links.as_ref())
            .flat_map(|links| links.parameters);
        in_links
            .chain([&BROWSER_CHAT])
            .any(|known| known.eq_ignore_ascii_case(name))
    }
}
