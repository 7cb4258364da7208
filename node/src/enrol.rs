//! Enrolment: one line of text from an officer makes this folder a node of a centre.
//!
//! Promises: no other centre is taken than the one whose CA the code names; the trust root is the one that came with
//! the grant over that connection, and is pinned by its digest; the record that says "enrolled" is written last,
//! as a file and into the state, with the centre's address, so that an enrolment that was cut off before is simply done
//! again with a new code. Keys that an
//! earlier try left are used again: nobody else has seen their secret halves.
//!
//! Not covered: the journal. It belongs to an enrolled node and so begins after this; [`event`] is its first entry.

use std::net::SocketAddr;

use tokio::runtime::Builder;
use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::enrol::{Applicant, EnrolCode, EnrolGrant};
use tomoshibi_sync::id::Incarnation;
use tomoshibi_sync::journal::{Event, newest_incarnation};
use tomoshibi_sync::net::{self, Timeouts};
use tomoshibi_sync::signed::{PublicKey, SigningKey};
use tomoshibi_sync::trust::TrustRoot;

use crate::config::is_address;
use crate::disk::DiskError;
use crate::failure::Failure;
use crate::folder::Secret;
use crate::keys;
use crate::node::Node;
use crate::state::{self, CentreAt, Change, NodeRecord, key};

mod copy;
mod error;
mod pinned;

pub use copy::who;
pub use error::EnrolFailure;
pub use pinned::{credentials, trust_root};

use copy::EnrolmentCopy;

/// Enrols the folder of `node` with the centre at `address`, which is `host:port`. The node that is open does not know
/// of it: open it anew. Blocks; belongs on no async worker.
///
/// # Errors
/// See [`EnrolFailure`]; the folder is not enrolled then.
pub fn enrol(
    node: &Node,
    address: &str,
    code: &str,
    timeouts: &Timeouts,
) -> Result<NodeRecord, EnrolFailure> {
    if let Some(record) = node.store().state().get(&key::node())? {
        return Err(EnrolFailure::Already { node: record.node });
    }
    let code: EnrolCode = code.parse()?;
    if !is_address(address) {
        return Err(EnrolFailure::Address);
    }
    let folder = node.store().folder();
    let seams = node.seams();
    let tls = keys::make_signing_key(folder, seams, Secret::Tls)?;
    let journal = keys::make_signing_key(folder, seams, Secret::JournalSigning)?;
    let applicant = applicant(node, &tls, &journal)?;
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.map_err(|error| {
        Failure::new(ErrorClass::Internal, "serve-start").with("cause", error.to_string())
    })?;
    let (grant, trust) = runtime.block_on(async {
        let at = resolve(address).await?;
        Ok::<_, EnrolFailure>(net::enrol(at, &code, applicant, &tls, &journal, timeouts).await?)
    })?;
    keep(node, address, &grant, &trust, journal.public())
}

/// The first of the addresses that a name has.
pub(crate) async fn resolve(address: &str) -> Result<SocketAddr, Failure> {
    let unknown = |cause: String| {
        Failure::new(ErrorClass::Transient, "centre-unknown")
            .with("address", address)
            .with("cause", cause)
    };
    let found = tokio::net::lookup_host(address).await;
    let mut found = found.map_err(|error| unknown(error.to_string()))?;
    found.next().ok_or_else(|| unknown("-".into()))
}

fn applicant(
    node: &Node,
    tls: &SigningKey,
    journal: &SigningKey,
) -> Result<Applicant, EnrolFailure> {
    let recipient = |secret| -> Result<String, Failure> {
        let identity = keys::make_identity(node.store().folder(), node.seams(), secret)?;
        Ok(identity.to_recipient().to_string())
    };
    Ok(Applicant {
        tls_key: tls.public(),
        journal_key: journal.public(),
        release_recipient: recipient(Secret::ReleaseIdentity)?,
        opening_recipient: recipient(Secret::OpeningIdentity)?,
        facility: node.config().node.facility,
        name: node.config().node.name.clone(),
    })
}

/// Keeps what was granted: files first, the record last. From the copy of the record on, the folder is enrolled: the next
/// start takes it up.
fn keep(
    node: &Node,
    address: &str,
    grant: &EnrolGrant,
    trust: &TrustRoot,
    journal_key: PublicKey,
) -> Result<NodeRecord, EnrolFailure> {
    let folder = node.store().folder();
    let files = &*node.seams().files;
    for (path, bytes) in [
        (folder.trust_root(), &grant.trust_root),
        (folder.certificate(), &grant.certificate),
        (folder.ca_certificate(), &grant.ca_certificate),
    ] {
        files
            .replace(&path, bytes)
            .map_err(DiskError::at("write", &path))
            .map_err(Failure::from)?;
    }
    // A folder whose state was lost may hold journals of the node it was: they stay, as earlier lives.
    let newest = newest_incarnation(files, &folder.journal_dir());
    let newest = newest.map_err(Failure::from)?.map_or(0, |before| before.0);
    let record = NodeRecord {
        node: grant.node,
        incarnation: Incarnation(newest.saturating_add(1)),
        region: grant.region,
        drill: trust.drill,
        trust_root: grant.trust_root_digest,
        enrolled_at: node.seams().clock.now(),
    };
    let kept = EnrolmentCopy { record, journal_key, centre: Some(address.to_owned()) };
    state::copy::write(files, &folder.enrolment(), &kept).map_err(Failure::from)?;
    let change = Change::default()
        .put(&key::centre(), &CentreAt { address: address.to_owned() })
        .put(&key::node(), &record);
    node.store().state().apply(change)?;
    Ok(record)
}

/// The entry that begins the journal of a node.
#[must_use]
pub const fn event(record: &NodeRecord) -> Event {
    Event::Enrolled { region: record.region, trust_root: record.trust_root }
}
