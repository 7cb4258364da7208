//! `[page]`: where staff reach the node with a browser.

use std::net::{IpAddr, SocketAddr};

use super::Wrong;
use super::centre::is_host_name;
use super::reader::Reader;

/// Most names of a page: what a hospital calls one machine.
const NAMES_MAX: usize = 16;

/// `[page]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageConfig {
    /// Address and port to listen at; port 0 takes a free one, for drills on one machine.
    pub listen: SocketAddr,
    /// DNS names and addresses by which tablets reach it, beside the address it listens at.
    pub names: Vec<String>,
}

impl PageConfig {
    /// Where tablets reach it: by each name, and by the address it listens at unless that is all of them.
    #[must_use]
    pub fn urls(&self) -> Vec<String> {
        let port = self.listen.port();
        let url = |host: String| {
            let host = if host.contains(':') { format!("[{host}]") } else { host };
            // The port that browsers take by themselves (RFC 9110 4.2.2).
            if port == 443 { format!("https://{host}") } else { format!("https://{host}:{port}") }
        };
        self.hosts().into_iter().map(url).collect()
    }

    /// The same without scheme and port; this machine's own name when nothing else is known.
    #[must_use]
    pub fn hosts(&self) -> Vec<String> {
        let own = Some(self.listen.ip()).filter(|ip| !ip.is_unspecified()).map(|ip| ip.to_string());
        let mut hosts: Vec<_> = self.names.iter().cloned().chain(own).collect();
        if hosts.is_empty() {
            hosts.push("localhost".into());
        }
        hosts.dedup();
        hosts
    }

    /// `Some(None)` when the section is not there, `None` after faults.
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Option<Self>> {
        if !reader.has_section("page") {
            return Some(None);
        }
        let mut section = reader.section("page");
        let listen = section.text("listen", |text| text.parse().map_err(|_| Wrong::Listen));
        let names = section.texts("names", NAMES_MAX, |text| {
            if is_page_name(text) { Ok(text.to_ascii_lowercase()) } else { Err(Wrong::PageName) }
        });
        section.finish();
        Some(Some(Self { listen: listen?, names: names? }))
    }
}

/// A DNS name or an address, without port and brackets.
fn is_page_name(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok() || is_host_name(text)
}

#[cfg(test)]
mod tests {
    use super::super::Config;

    const LEAST: &str =
        "[node]\nname = \"x\"\nfacility = \"1710000001\"\nmunicipality = \"17201\"\n";

    fn with(lines: &str) -> Result<Config, super::super::ConfigError> {
        Config::parse(&format!("{LEAST}[page]\n{lines}\n"))
    }

    #[test]
    fn there_is_no_page_unless_it_is_asked_for() {
        assert_eq!(Config::parse(LEAST).unwrap().page, None);
    }

    #[test]
    fn a_page_is_reached_by_its_names_and_its_address() {
        for (lines, expected) in [
            ("listen = \"0.0.0.0:8443\"", &["https://localhost:8443"][..]),
            ("listen = \"192.0.2.7:443\"", &["https://192.0.2.7"]),
            (
                "listen = \"[fd00::7]:8443\"\nnames = [\"akari.local\"]",
                &["https://akari.local:8443", "https://[fd00::7]:8443"],
            ),
            ("listen = \"192.0.2.7:1\"\nnames = [\"192.0.2.7\"]", &["https://192.0.2.7:1"]),
        ] {
            assert_eq!(with(lines).unwrap().page.unwrap().urls(), expected, "{lines}");
        }
    }

    #[test]
    fn a_page_has_an_address_and_may_have_names() {
        let page = |lines| with(lines).unwrap().page.unwrap();
        assert!(page("listen = \"0.0.0.0:8443\"").names.is_empty());
        let named =
            page("listen = \"[::]:443\"\nnames = [\"Akari.local\", \"192.0.2.7\", \"fd00::7\"]");
        assert_eq!(named.names, ["akari.local", "192.0.2.7", "fd00::7"]);
        for bad in [
            "",
            "listen = \"8443\"",
            "listen = \"akari.local:8443\"",
            "listen = \"0.0.0.0:8443\"\nnames = \"akari.local\"",
            "listen = \"0.0.0.0:8443\"\nnames = [\"a b\"]",
            "listen = \"0.0.0.0:8443\"\nnames = [\"https://a\"]",
            "listen = \"0.0.0.0:8443\"\nnames = [3]",
        ] {
            assert!(with(bad).is_err(), "{bad}");
        }
        let many = vec!["\"a.local\""; super::NAMES_MAX + 1].join(", ");
        assert!(with(&format!("listen = \"0.0.0.0:1\"\nnames = [{many}]")).is_err());
    }
}
