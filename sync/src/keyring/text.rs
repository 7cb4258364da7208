//! The keyring's text.
//!
//! ```text
//! # tomoshibi keyring 1
//! # region: 17
//! # drill: no
//! # staff-secret: <64 hexadecimal digits>
//! # generation: 1
//! AGE-SECRET-KEY-1…
//! # generation: 2
//! AGE-SECRET-KEY-1…
//! ```

use core::fmt::Write;
use std::collections::BTreeMap;

use secrecy::ExposeSecret;
use tomoshibi_policies::record::RegionCode;
use zeroize::Zeroizing;

use super::{GENERATIONS_MAX, KEYRING_LEN_BYTES_MAX, Keyring, KeyringError, VERSION};
use crate::id::Generation;
use crate::seal::Identity;

const MAGIC: &str = "# tomoshibi keyring ";

/// The lines of a text, counted.
struct Lines<'a> {
    lines: core::str::Lines<'a>,
    line: usize,
}

impl<'a> Lines<'a> {
    fn wrong(&self) -> KeyringError {
        KeyringError::Line { line: self.line }
    }

    fn take(&mut self) -> Option<&'a str> {
        self.line += 1;
        self.lines.next()
    }

    /// The value of the next line, which must be `# name: value`.
    fn field(&mut self, name: &str) -> Result<&'a str, KeyringError> {
        let line = self.take().ok_or(self.wrong())?;
        let value = line.strip_prefix("# ").and_then(|l| l.strip_prefix(name));
        value.and_then(|v| v.strip_prefix(": ")).ok_or(self.wrong())
    }
}

impl Keyring {
    /// The text, wiped when dropped.
    pub(crate) fn to_text(&self) -> Result<Zeroizing<String>, KeyringError> {
        let found = self.identities.len();
        let sound = self.newest().is_some() && !self.identities.contains_key(&Generation(0));
        if !sound || found > GENERATIONS_MAX {
            return Err(KeyringError::Generations { found, limit: GENERATIONS_MAX });
        }
        // Room for all of it at once, so that no half-grown copy stays behind in memory.
        let mut text = Zeroizing::new(String::with_capacity(KEYRING_LEN_BYTES_MAX));
        // Writing to a string does not fail.
        let _ = self.write_text(&mut text);
        Ok(text)
    }

    fn write_text(&self, text: &mut String) -> core::fmt::Result {
        writeln!(text, "{MAGIC}{VERSION}")?;
        writeln!(text, "# region: {}", self.region)?;
        writeln!(text, "# drill: {}", if self.drill { "yes" } else { "no" })?;
        text.write_str("# staff-secret: ")?;
        for byte in self.staff_secret.iter() {
            write!(text, "{byte:02x}")?;
        }
        writeln!(text)?;
        for (generation, identity) in &self.identities {
            writeln!(text, "# generation: {generation}")?;
            writeln!(text, "{}", identity.expose().expose_secret())?;
        }
        Ok(())
    }

    /// Reads the text; refuses any other spelling than the one [`Keyring::to_text`] gives.
    pub(crate) fn from_text(bytes: &[u8]) -> Result<Self, KeyringError> {
        let text = core::str::from_utf8(bytes).map_err(|_| KeyringError::Magic)?;
        let mut lines = Lines { lines: text.lines(), line: 0 };
        let first = lines.take().unwrap_or_default();
        let found = first.strip_prefix(MAGIC).and_then(|v| v.parse().ok());
        match found.ok_or(KeyringError::Magic)? {
            VERSION => {}
            found => return Err(KeyringError::Version { found, known: VERSION }),
        }
        let region = lines.field("region")?.parse().ok().and_then(|r| RegionCode::new(r).ok());
        let region = region.ok_or(lines.wrong())?;
        let drill = match lines.field("drill")? {
            "yes" => true,
            "no" => false,
            _ => return Err(lines.wrong()),
        };
        let staff_secret = read_hex(lines.field("staff-secret")?).ok_or(lines.wrong())?;
        let identities = read_identities(&mut lines)?;
        let keyring = Self { region, drill, identities, staff_secret };
        if keyring.to_text()?.as_bytes() != bytes {
            return Err(KeyringError::Spelling);
        }
        Ok(keyring)
    }
}

fn read_identities(lines: &mut Lines<'_>) -> Result<BTreeMap<Generation, Identity>, KeyringError> {
    let mut identities = BTreeMap::new();
    while lines.lines.clone().next().is_some() {
        let number = lines.field("generation")?.parse().map_err(|_| lines.wrong())?;
        let line = lines.take().ok_or(lines.wrong())?;
        let identity = Identity::parse(line).map_err(|_| lines.wrong())?;
        let last = identities.last_key_value().map_or(Generation(0), |(last, _)| *last);
        if Generation(number) <= last {
            let found = identities.len() + 1;
            return Err(KeyringError::Generations { found, limit: GENERATIONS_MAX });
        }
        identities.insert(Generation(number), identity);
    }
    Ok(identities)
}

fn read_hex(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let mut bytes = Zeroizing::new([0; 32]);
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != bytes.len() || !rest.is_empty() {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(pairs) {
        let digits = core::str::from_utf8(pair).ok()?;
        *byte = u8::from_str_radix(digits, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seam::SystemEntropy;

    fn text() -> String {
        let region = RegionCode::new(17).unwrap();
        let keyring = Keyring::generate(region, false, &SystemEntropy).unwrap();
        keyring.to_text().unwrap().to_string()
    }

    fn error(text: &str) -> KeyringError {
        Keyring::from_text(text.as_bytes()).unwrap_err()
    }

    #[test]
    fn every_other_line_is_refused_by_its_number() {
        let text = text();
        assert!(Keyring::from_text(text.as_bytes()).is_ok());
        for (from, to, expected) in [
            ("# region: 17", "# region: 48", KeyringError::Line { line: 2 }),
            ("# drill: no", "# drill: perhaps", KeyringError::Line { line: 3 }),
            ("staff-secret: ", "staff-secret: 0", KeyringError::Line { line: 4 }),
            ("# generation: 1", "# generation: one", KeyringError::Line { line: 5 }),
            ("AGE-SECRET-KEY-1", "AGE-SECRET-KEY-2", KeyringError::Line { line: 6 }),
            ("keyring 1", "keyring 2", KeyringError::Version { found: 2, known: 1 }),
            ("# tomoshibi", "# someone's", KeyringError::Magic),
            ("# generation: 1", "# generation: 01", KeyringError::Spelling),
        ] {
            assert_eq!(error(&text.replace(from, to)), expected, "{to}");
        }
        for tail in ["\n", "# a remark\n"] {
            assert!(Keyring::from_text(format!("{text}{tail}").as_bytes()).is_err());
        }
        assert_eq!(error(text.trim_end()), KeyringError::Spelling);
    }

    #[test]
    fn generations_ascend_and_there_is_one() {
        let text = text();
        let pair: String = text.split_inclusive('\n').skip(4).collect();
        let twice = error(&format!("{text}{pair}"));
        assert_eq!(twice, KeyringError::Generations { found: 2, limit: GENERATIONS_MAX });
        let many: String = (2..=65).map(|n| pair.replace(": 1", &format!(": {n}"))).collect();
        let many = error(&format!("{text}{many}"));
        assert_eq!(many, KeyringError::Generations { found: 65, limit: GENERATIONS_MAX });
        let none = error(&text.replace(&pair, ""));
        assert_eq!(none, KeyringError::Generations { found: 0, limit: GENERATIONS_MAX });
    }
}
