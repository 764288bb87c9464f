//! The proxy setting. The proxy's user and password are never printed.

use std::fmt;

use url::{SyntaxViolation, Url};

use crate::clean::Clean;

/// `network.proxy`
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proxy {
    /// A direct connection.
    None,
    /// As the environment variables `https_proxy`, `http_proxy`, `all_proxy` and `no_proxy` say.
    /// Never in lockdown (K5).
    Environment,
    /// Always through this proxy.
    At(ProxyAddress),
}

/// The address of a proxy. It may contain a user and a password: `Debug` and `Display` show only
/// the host and port.
#[derive(Clone, PartialEq, Eq)]
pub struct ProxyAddress(Url);

impl ProxyAddress {
    /// Parses `http://[user:password@]host:port`. The error message quotes nothing from it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const FORM: &str = "must be \"none\", \"environment\", or of the form \"http://[user:password@]host:port\"";
        Clean::line(text).map_err(|_| "has a character that is not allowed in an address")?;
        let odd = std::cell::Cell::new(false);
        let note =
            |violation| odd.set(odd.get() || violation != SyntaxViolation::EmbeddedCredentials);
        let url = Url::options()
            .syntax_violation_callback(Some(&note))
            .parse(text)
            .map_err(|_| FORM)?;
        match url.scheme() {
            "http" => {}
            "https" | "socks4" | "socks4a" | "socks5" | "socks5h" => {
                return Err("must begin with http://: https and SOCKS proxies are not supported");
            }
            _ => return Err(FORM),
        }
        if odd.get() || url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(FORM);
        }
        Ok(Self(url))
    }

    /// The full URL including user and password: only for connecting.
    pub(crate) fn url(&self) -> &Url {
        &self.0
    }
}

impl fmt::Display for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let port = self.0.port_or_known_default().unwrap_or_default();
        write!(f, "{}:{port}", self.0.host_str().unwrap_or_default())
    }
}

impl fmt::Debug for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProxyAddress({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d3_a_proxy_is_read_and_its_credentials_are_never_shown() {
        for (text, place) in [
            ("http://proxy.example.com:3128", "proxy.example.com:3128"),
            ("http://proxy.example.com", "proxy.example.com:80"),
            ("http://ann:c%40n%3Ary@10.0.0.1:8080/", "10.0.0.1:8080"),
            ("http://ann@[::1]:8080", "[::1]:8080"),
        ] {
            let address = ProxyAddress::parse(text).unwrap_or_else(|why| panic!("{text} {why}"));
            assert_eq!(
                (address.to_string(), format!("{address:?}")),
                (place.to_owned(), format!("ProxyAddress({place})"))
            );
            assert_eq!(
                address.url().password().is_some(),
                text.contains("c%40n%3Ary")
            );
        }
    }

    #[test]
    fn d3_what_is_no_proxy_is_refused_in_words_that_quote_nothing() {
        for text in [
            "",
            "proxy",
            "proxy.example.com:3128",
            "https://ann:canary@proxy:3128",
            "socks5h://ann:canary@proxy:1080",
            "ftp://canary@proxy",
            "http://",
            "http:/proxy",
            "http://ann:canary@proxy/path",
            "http://proxy?canary",
            "http://proxy#canary",
            "http://ann:can ary@proxy",
            "http://proxy:99999",
            "http://pro\u{202E}xy:1",
        ] {
            let why = ProxyAddress::parse(text).expect_err(text);
            assert!(
                !why.contains("canary") && why.starts_with(['m', 'h']),
                "{text}: {why}"
            );
        }
    }
}
