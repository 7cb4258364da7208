//! Where the centre is, and where the facility stands.

use core::fmt;

use tomoshibi_policies::record::RegionCode;

use super::Wrong;
use super::reader::Reader;

/// `[centre]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CentreAddress {
    /// Host and port. Which centre answers there is known by its certificate's CA, not by a name.
    pub address: String,
}

impl CentreAddress {
    /// `Some(None)` when the section is not there, `None` after faults.
    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Option<Self>> {
        if !reader.has_section("centre") {
            return Some(None);
        }
        let mut section = reader.section("centre");
        let address = section.text("address", |text| {
            if is_address(text) { Ok(text.to_owned()) } else { Err(Wrong::Address) }
        });
        section.finish();
        Some(Some(Self { address: address? }))
    }
}

/// `host:port`; an IPv6 address stands in brackets.
pub(crate) fn is_address(text: &str) -> bool {
    let Some((host, port)) = text.rsplit_once(':') else { return false };
    let inside = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let host_fits = match inside {
        Some(inside) => inside.parse::<std::net::Ipv6Addr>().is_ok(),
        None => is_host_name(host),
    };
    host_fits && port.parse::<u16>().is_ok_and(|port| port != 0)
}

/// Letters, digits, hyphens and dots: a DNS name or an IPv4 address.
pub(super) fn is_host_name(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    text.len() <= 253 && text.split('.').all(label)
}

/// A municipality: prefecture (JIS X 0401, two digits) and municipality (JIS X 0402, three digits). Whether such a
/// municipality exists is not checked: the list changes with mergers and is not in the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MunicipalityCode {
    prefecture: RegionCode,
    number: u16,
}

impl MunicipalityCode {
    /// Reads exactly five digits that begin with a prefecture.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 5 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let (prefecture, number) = text.split_at_checked(2)?;
        let prefecture = RegionCode::new(prefecture.parse().ok()?).ok()?;
        Some(Self { prefecture, number: number.parse().ok()? })
    }

    /// The prefecture.
    #[must_use]
    pub const fn prefecture(self) -> RegionCode {
        self.prefecture
    }

    /// The five digits as a number.
    #[must_use]
    pub fn number(self) -> u32 {
        u32::from(self.prefecture.get()) * 1000 + u32::from(self.number)
    }
}

/// Five digits, `17201`.
impl fmt::Display for MunicipalityCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:03}", self.prefecture, self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_municipality_has_five_digits_and_a_prefecture() {
        assert_eq!(MunicipalityCode::parse("17204").unwrap().prefecture().get(), 17);
        assert_eq!(MunicipalityCode::parse("01100").unwrap().to_string(), "01100");
        for bad in ["", "1720", "172041", "48201", "00201", "17a04", "１７２０４", "+1720"] {
            assert_eq!(MunicipalityCode::parse(bad), None, "{bad}");
        }
    }
}
