//! A segment is written and read through any [`Sealer`], so that a simulation can replay exactly.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

#[path = "snapshot/sample.rs"]
#[allow(dead_code, reason = "each test takes what it needs")]
mod sample;

use std::io::{self, Cursor, Write};
use std::sync::Arc;

use secrecy::SecretString;
use tomoshibi_sync::item::{Item, SegmentKind};
use tomoshibi_sync::keyring::Keyring;
use tomoshibi_sync::release::{ReleaseCode, open_prepositioned, preposition};
use tomoshibi_sync::seal::{Identity, Plain, Recipient, SealError, Sealer};
use tomoshibi_sync::seam::{ReadAt, SystemEntropy};
use tomoshibi_sync::segment::{SegmentReader, SegmentWriter};
use zeroize::Zeroizing;

/// Writes a line that names the recipient, then the content in clear: no randomness, no secrecy.
struct Clear;

fn line(recipients: &[Recipient]) -> String {
    recipients.iter().map(|r| format!("{r}\n")).collect()
}

fn unsealed(identities: &[&Identity], sealed: &[u8]) -> Result<Vec<u8>, SealError> {
    let mut rests = identities
        .iter()
        .filter_map(|identity| sealed.strip_prefix(line(&[identity.to_recipient()]).as_bytes()));
    rests.next().map(<[u8]>::to_vec).ok_or(SealError::OtherRecipient)
}

impl Sealer for Clear {
    fn seal_onto(
        &self,
        recipients: &[Recipient],
        plain: &[u8],
        out: &mut dyn Write,
    ) -> Result<(), SealError> {
        let written =
            out.write_all(line(recipients).as_bytes()).and_then(|()| out.write_all(plain));
        written.map_err(|e| SealError::Io { kind: e.kind() })
    }

    fn unseal(
        &self,
        identities: &[&Identity],
        sealed: &[u8],
        _: usize,
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        unsealed(identities, sealed).map(Zeroizing::new)
    }

    fn open(
        &self,
        file: Box<dyn ReadAt>,
        identities: &[&Identity],
    ) -> Result<Box<dyn Plain>, SealError> {
        let mut sealed = vec![0; usize::try_from(file.len_bytes()).unwrap()];
        file.read_at(0, &mut sealed).map_err(|e| SealError::Io { kind: e.kind() })?;
        Ok(Box::new(Cursor::new(unsealed(identities, &sealed)?)))
    }

    fn seal_with_code(&self, _: &SecretString, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        Ok(plain.to_vec())
    }

    fn unseal_with_code(
        &self,
        _: &SecretString,
        sealed: &[u8],
        _: usize,
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        Ok(Zeroizing::new(sealed.to_vec()))
    }
}

struct Memory(Vec<u8>);

impl ReadAt for Memory {
    fn len_bytes(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, _: u64, buf: &mut [u8]) -> io::Result<usize> {
        buf.copy_from_slice(&self.0);
        Ok(self.0.len())
    }
}

fn write(items: &[Item]) -> Vec<u8> {
    let recipients = [sample::identity().to_recipient()];
    let (kind, generation) = (SegmentKind::Persons, sample::GENERATION);
    let mut writer =
        SegmentWriter::with_sealer(Arc::new(Clear), kind, &recipients, generation, Vec::new())
            .unwrap();
    items.iter().for_each(|item| writer.push(item).unwrap());
    writer.finish().unwrap().0
}

#[test]
fn with_a_sealer_that_draws_nothing_a_segment_is_the_same_each_time() {
    let items = sample::persons(200);
    assert!(write(&items) == write(&items));
}

#[test]
fn what_another_sealer_sealed_is_read_through_it() {
    let items = sample::persons(200);
    let file = Box::new(Memory(write(&items)));
    let (kind, generation) = (SegmentKind::Persons, sample::GENERATION);
    let reader =
        SegmentReader::open_with(&Clear, file, &sample::identity(), kind, generation).unwrap();
    let found: Vec<_> = reader.scan().unwrap().collect::<Result<_, _>>().unwrap();
    assert!(found == items);
}

#[test]
fn keyrings_and_releases_pass_through_it_too() {
    let (keyring, identity) = (sample::keyring(), sample::identity());
    let sealed = keyring.seal_with(&Clear, &[identity.to_recipient()]).unwrap();
    let opened = Keyring::open_with(&Clear, &sealed, &identity).unwrap();
    assert_eq!(opened.recipients(), keyring.recipients());
    let code = ReleaseCode::generate(&SystemEntropy).unwrap();
    let header = sample::release_header();
    let bytes = preposition(&Clear, &keyring, &header, &identity.to_recipient(), &code).unwrap();
    let to = sample::addressee();
    let (_, opened) = open_prepositioned(&Clear, &bytes, &to, &identity, &code).unwrap();
    assert_eq!(opened.recipients(), keyring.recipients());
}
