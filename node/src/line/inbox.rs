//! What waits at the centre for this node.
//!
//! An item is on the disk before the cursor moves past it, and a file is named by its digest: what comes twice is kept
//! once. What is refused or not understood is put aside, so that one bad item never holds up the rest, and so that a
//! later version finds it.
//!
//! A centre that was restored from a backup is behind this node's cursor and says so. Its inbox is then read from the
//! beginning: what it numbers anew would otherwise never come here.

use std::path::PathBuf;

use tomoshibi_policies::ErrorClass;
use tomoshibi_sync::id::Digest;
use tomoshibi_sync::journal::{Event, Text, Word};
use tomoshibi_sync::net::{CallError, Centre};
use tomoshibi_sync::order::Order;
use tomoshibi_sync::release::{ReleaseHeader, ReleaseKind};
use tomoshibi_sync::revocation::ListId;
use tomoshibi_sync::wire::{InboxItem, InboxKind, Request, Response, code};

use super::InboxReport;
use super::session::{Session, unexpected};
use crate::disk::DiskError;
use crate::failure::Failure;
use crate::revocations::{Shelf, TakeError};
use crate::state::{Change, InboxCursor, key};

/// Most things that are put aside: 256 of at most 256 KiB. Somebody who can fill a disk with them holds the centre.
const ASIDE_MAX: usize = 256;

impl Session<'_> {
    pub(super) fn read_inbox(&mut self, centre: &Centre) -> Result<InboxReport, Failure> {
        let state = self.node.store().state();
        let mut report = InboxReport::default();
        let mut since = state.get(&key::inbox())?.map_or(0, |cursor| cursor.0);
        if self.shelf()?.held()?.alarm.is_some() {
            // A list was here and is lost: only the beginning of the inbox brings it again.
            since = 0;
        }
        loop {
            let page = match self.wait(centre.call(&Request::Inbox { since }))? {
                Ok(Response::Inbox(page)) => page,
                Ok(other) => return Err(unexpected(&other)),
                Err(CallError::Refused(refusal))
                    if refusal.code() == code::CURSOR_AHEAD && since > 0 =>
                {
                    tracing::warn!(
                        since,
                        "the centre went back, its inbox is read from the beginning"
                    );
                    report.went_back = true;
                    since = 0;
                    // Before anything comes: until then the centre may pass the old cursor, and nobody would notice.
                    state.apply(Change::default().put(&key::inbox(), &InboxCursor(since)))?;
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            let before = since;
            for item in page.items.iter().filter(|item| item.cursor > before) {
                self.keep(item, &mut report)?;
                since = item.cursor;
            }
            if since > before {
                state.apply(Change::default().put(&key::inbox(), &InboxCursor(since)))?;
            }
            if !page.more || since == before {
                return Ok(report);
            }
        }
    }

    fn keep(&self, item: &InboxItem, report: &mut InboxReport) -> Result<(), Failure> {
        let digest = Digest::of(&item.bytes);
        match item.kind {
            InboxKind::Order => self.keep_order(digest, &item.bytes, report),
            InboxKind::Release => self.keep_release(digest, &item.bytes, report),
            InboxKind::Revocations => self.keep_revocations(digest, &item.bytes, report),
            InboxKind::Notice => self.put_aside("notice", digest, &item.bytes, report),
            InboxKind::TrustRoot => self.put_aside("trust-root", digest, &item.bytes, report),
            InboxKind::Unknown(number) => {
                // What else is on the page must not wait for an update of this program.
                tracing::warn!(number, %digest, "an item of a kind that this version does not know");
                self.put_aside(&format!("kind-{number}"), digest, &item.bytes, report)
            }
        }
    }

    fn keep_order(
        &self,
        digest: Digest,
        bytes: &[u8],
        report: &mut InboxReport,
    ) -> Result<(), Failure> {
        let path = self.node.store().folder().orders_dir().join(digest.to_string());
        let opened = Order::open(bytes, self.trust()?);
        opened.iter().for_each(|order| self.node.raise_floor(order.issued_at));
        match opened {
            Ok(_) if self.node.seams().files.exists(&path) => Ok(()),
            Ok(order) => {
                let notice_id = Text::new(&order.notice_id).or_else(|_| Text::new("-"));
                if let Ok(notice_id) = notice_id {
                    self.note(&Event::OrderReceived { order: digest, notice_id });
                }
                report.orders = report.orders.saturating_add(1);
                self.write(path, bytes)
            }
            Err(error) => {
                tracing::warn!(order = %digest, class = %error.class(), %error, "order refused");
                let reason = word(error.class());
                self.note(&Event::OrderRefused { order: digest, reason });
                self.put_aside("order", digest, bytes, report)
            }
        }
    }

    fn shelf(&self) -> Result<Shelf<'_>, Failure> {
        let store = self.node.store();
        let files = &*self.node.seams().files;
        Ok(Shelf { folder: store.folder(), files, state: store.state(), trust: self.trust()? })
    }

    /// Takes a newer revocation list, which counts at once.
    fn keep_revocations(
        &self,
        digest: Digest,
        bytes: &[u8],
        report: &mut InboxReport,
    ) -> Result<(), Failure> {
        let received = |id: &ListId| {
            self.note(&Event::RevocationsReceived { list: digest, number: id.number });
            report.revocations = report.revocations.saturating_add(1);
        };
        match self.shelf()?.take(bytes, received) {
            Ok(_) => match self.node.begun_duty() {
                Some(duty) => duty.take_up_revocations(),
                None => Ok(()),
            },
            Err(TakeError::NotKept(why)) => Err(why),
            Err(TakeError::Refused(error)) => {
                tracing::warn!(list = %digest, class = %error.class(), %error, "revocation list refused");
                let reason = Word::new(error.code()).unwrap_or_else(|_| Word::other());
                self.note(&Event::RevocationsRefused { list: digest, reason });
                self.put_aside("revocations", digest, bytes, report)
            }
        }
    }

    /// Keeps a release of this node. What is in it can only be told by whoever has its code.
    fn keep_release(
        &self,
        digest: Digest,
        bytes: &[u8],
        report: &mut InboxReport,
    ) -> Result<(), Failure> {
        let path = self.node.store().folder().releases_dir().join(digest.to_string());
        let record = self.record()?;
        let is_ours = |header: &ReleaseHeader| {
            header.kind == ReleaseKind::Prepositioned
                && header.node == record.node
                && header.region == record.region
                && header.drill == record.drill
        };
        match ReleaseHeader::read(bytes) {
            Ok(header) if is_ours(&header) => {
                if self.node.seams().files.exists(&path) {
                    return Ok(());
                }
                let way = Word::new("pre-positioned").unwrap_or_else(|_| Word::other());
                self.note(&Event::ReleaseReceived { release: digest, way });
                report.releases = report.releases.saturating_add(1);
                self.write(path, bytes)
            }
            _ => {
                tracing::warn!(release = %digest, "a release of another node, or none at all");
                self.put_aside("release", digest, bytes, report)
            }
        }
    }

    fn put_aside(
        &self,
        kind: &str,
        digest: Digest,
        bytes: &[u8],
        report: &mut InboxReport,
    ) -> Result<(), Failure> {
        let dir = self.node.store().folder().aside_dir();
        let path = dir.join(format!("{kind}.{digest}"));
        report.aside = report.aside.saturating_add(1);
        let there = self.node.seams().files.list(&dir).map_err(DiskError::at("list", &dir))?;
        if there.len() >= ASIDE_MAX {
            tracing::error!(kind, %digest, "too much was put aside, this is thrown away");
            return Ok(());
        }
        self.write(path, bytes)
    }

    fn write(&self, path: PathBuf, bytes: &[u8]) -> Result<(), Failure> {
        let replaced = self.node.seams().files.replace(&path, bytes);
        Ok(replaced.map_err(DiskError::at("write", &path))?)
    }
}

fn word(class: ErrorClass) -> Word {
    Word::new(&class.as_str().replace('_', "-")).unwrap_or_else(|_| Word::other())
}
