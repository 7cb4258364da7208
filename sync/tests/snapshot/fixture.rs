//! Fixture files that explain themselves: lines `name: value`, an empty line, then raw bytes.
//!
//! `expect` is `Ok` or the path of the error's variant (`Seal::OtherRecipient`), `note` says what is special about the
//! file, the other names are what a reader needs: `identity`, `kind`, `generation`, `digest`, `code`, `node`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) struct Fixture {
    pub(crate) fields: BTreeMap<String, String>,
    pub(crate) bytes: Vec<u8>,
}

/// The folder `sync/testdata`.
pub(crate) fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

/// True when `TOMOSHIBI_WRITE_FIXTURES=1`: then the tests write the fixtures anew instead of reading them.
pub(crate) fn is_writing() -> bool {
    std::env::var("TOMOSHIBI_WRITE_FIXTURES").is_ok_and(|value| value == "1")
}

impl Fixture {
    pub(crate) fn new(expect: &str, note: &str, bytes: Vec<u8>) -> Self {
        Self { fields: BTreeMap::new(), bytes }.with("expect", expect).with("note", note)
    }

    pub(crate) fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.fields.insert(name.into(), value.to_string());
        self
    }

    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields.get(name).unwrap_or_else(|| panic!("the fixture has no field {name}"))
    }

    pub(crate) fn read(path: &Path) -> Self {
        let file = fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let end = file.windows(2).position(|pair| pair == b"\n\n").expect("an empty line");
        let head = std::str::from_utf8(&file[..end]).expect("a header of text");
        let fields = head.lines().map(|line| {
            let (name, value) = line.split_once(": ").expect("a line `name: value`");
            (name.to_string(), value.to_string())
        });
        Self { fields: fields.collect(), bytes: file[end + 2..].to_vec() }
    }

    pub(crate) fn write(&self, path: &Path) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let lines = self.fields.iter().map(|(name, value)| format!("{name}: {value}\n"));
        let mut file = lines.collect::<String>().into_bytes();
        file.push(b'\n');
        file.extend(&self.bytes);
        // Tests run beside each other: nobody may read half a file.
        let aside = path.with_extension(format!("{:?}.tmp", std::thread::current().id()));
        fs::write(&aside, file).unwrap();
        fs::rename(&aside, path).unwrap();
    }
}

/// The names of the files of a folder, sorted.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut names: Vec<_> =
        entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The path of an error's variant, as `Debug` spells it: `Seal(Damaged)` is `Seal::Damaged`.
pub(crate) fn variant(error: &dyn std::fmt::Debug) -> String {
    let text = format!("{error:?}");
    let end = text.find([' ', '{', ')']).unwrap_or(text.len());
    text[..end].replace('(', "::")
}
