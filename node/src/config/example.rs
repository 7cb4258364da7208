//! The commented file that `init` writes.

use super::NodeConfig;
use crate::locale::Lang;

const JA: &str = include_str!("example/ja.toml");
const EN: &str = include_str!("example/en.toml");

/// The example in the language of `node`, with its values filled in and all defaults shown.
#[must_use]
pub fn example(node: &NodeConfig) -> String {
    let (text, language) = match node.language {
        Lang::Ja => (JA, "ja"),
        Lang::En => (EN, "en"),
    };
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    // The name last: it is the only value in which another placeholder could stand.
    text.replace("@FACILITY@", &quoted(&node.facility.to_string()))
        .replace("@MUNICIPALITY@", &quoted(&node.municipality.to_string()))
        .replace("@LANGUAGE@", &quoted(language))
        .replace("@NAME@", &quoted(&node.name))
}

#[cfg(test)]
mod tests {
    use tomoshibi_policies::record::FacilityCode;

    use super::super::{Config, MunicipalityCode};
    use super::*;

    #[test]
    fn what_init_writes_is_read_back_with_every_default() {
        for language in [Lang::Ja, Lang::En] {
            let node = NodeConfig {
                name: "本館 \"1\" \\ @NAME@".into(),
                facility: FacilityCode::parse("1710000001").unwrap(),
                municipality: MunicipalityCode::parse("17201").unwrap(),
                language,
            };
            let config = Config::parse(&example(&node)).unwrap();
            let facts =
                "[node]\nname = \"x\"\nfacility = \"1710000001\"\nmunicipality = \"17201\"\n";
            let least = Config::parse(facts).unwrap();
            assert_eq!(config, Config { node, ..least });
        }
    }

    #[test]
    fn every_key_is_shown() {
        for text in [JA, EN] {
            for key in [
                "name",
                "facility",
                "municipality",
                "language",
                "# address",
                "# listen",
                "# names",
                "interval_seconds",
                "retry_seconds_min",
                "retry_seconds_max",
                "connect_seconds_max",
                "answer_seconds_max",
                "reserve_bytes",
                "connections_max",
                "idle_seconds_max",
                "free_margin_bytes",
                "worker_threads",
            ] {
                assert!(text.contains(&format!("\n{key} = ")), "{key}");
            }
        }
    }
}
