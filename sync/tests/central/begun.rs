//! A central side that has begun, and a source of made-up items.

use std::collections::BTreeMap;
use std::path::Path;

use tomoshibi_policies::find::FoldedPerson;
use tomoshibi_policies::record::{
    Drug, DrugCode, DrugForm, FacilityCode, NameUse, Person, PersonId, PersonName, Receipt,
    ReceiptKey, ReceiptKind, ReceiptType, Sex, SourceOrder,
};
use tomoshibi_policies::time::{JstDate, PartialDate, Timestamp, YearMonth};
use tomoshibi_sync::central::access;
use tomoshibi_sync::central::config::Config;
use tomoshibi_sync::central::folder::Folder;
use tomoshibi_sync::central::init::init;
use tomoshibi_sync::central::keys;
use tomoshibi_sync::central::publisher::{
    Extent, ItemSource, Items, PublishError, Published, Publisher, Snapshot, SourceError, newest,
};
use tomoshibi_sync::item::{FoldedKeys, Item, ItemKey, PersonItem, Record, SegmentKind};
use tomoshibi_sync::manifest::{Manifest, Reach};
use tomoshibi_sync::seam::{Files, SystemEntropy};
use tomoshibi_sync::segment::SegmentReader;
use tomoshibi_sync::trust::TrustRoot;

pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_795_000_000_000);

pub(crate) fn day(n: i64) -> JstDate {
    JstDate::parse("2026-11-01").unwrap().plus_days(n)
}

pub(crate) fn reach(n: i64) -> Reach {
    let processed = day(n);
    Reach {
        claims_to: processed.year_month().plus_months(-2),
        processed,
        eligibility_to: processed,
        checkups_to: processed,
    }
}

/// A person whose address says in which batch they came.
pub(crate) fn person(n: u32, batch: u64, address: String) -> Item {
    let mut id = [0; 16];
    id[..4].copy_from_slice(&n.to_be_bytes());
    let name = PersonName {
        name_use: NameUse::Registered,
        kanji: format!("見本　{n}"),
        kana: "ミホン ハナコ".into(),
    };
    let person = Person {
        id: PersonId::from_bytes(id),
        names: vec![name],
        sex: Sex::Female,
        birth: PartialDate::Day(JstDate::from_days(0)),
        address,
        postal_code: String::new(),
        coverages: Vec::new(),
    };
    let FoldedPerson { person, names, .. } = FoldedPerson::fold(person);
    let keys =
        names.into_iter().map(|n| FoldedKeys { kana: n.kana, given: n.given, kanji: n.kanji });
    let item = PersonItem { person, folded: keys.collect() };
    Item::put(Record::Person(item), order(batch))
}

pub(crate) fn drug(code: u32, batch: u64) -> Item {
    let drug = Drug {
        code: DrugCode::from_number(code).unwrap(),
        name: "見本錠".into(),
        unit: "錠".into(),
        price_list_code: String::new(),
        ingredient: String::new(),
        form: DrugForm::Internal,
        controlled: false,
        pseudo: false,
        ended: None,
    };
    Item::put(Record::Drug(drug), order(batch))
}

/// A pharmacy's receipt of one person and month, from a prescriber of this number.
pub(crate) fn receipt(prescriber: u64, batch: u64) -> Item {
    let receipt = Receipt {
        person: PersonId::from_bytes([1; 16]),
        key: ReceiptKey {
            facility: FacilityCode::parse("1741234567").unwrap(),
            month: YearMonth::new(2026, 9).unwrap(),
            kind: ReceiptKind::Pharmacy,
            re_type: ReceiptType(4112),
            prescriber: FacilityCode::from_number(1_710_000_000 + prescriber).ok(),
        },
        order: order(batch),
        outside_prescriptions: vec![],
        lines: vec![],
    };
    Item::put(Record::Receipt(receipt), order(batch))
}

fn order(batch: u64) -> SourceOrder {
    SourceOrder { accepted: day(i64::try_from(batch).unwrap()), sequence: 1 }
}

/// Items by key, each with the batch it came in with last.
#[derive(Default)]
pub(crate) struct Source {
    pub(crate) batch: u64,
    pub(crate) items: BTreeMap<ItemKey, (u64, Item)>,
    pub(crate) breaks: bool,
}

impl Source {
    pub(crate) fn batch(&mut self, items: impl IntoIterator<Item = Item>) {
        self.batch += 1;
        self.items.extend(items.into_iter().map(|item| (item.key, (self.batch, item))));
    }

    /// The keys and orders of everything.
    pub(crate) fn content(&self) -> Vec<Item> {
        self.items.values().map(|(_, item)| item.clone()).collect()
    }
}

impl ItemSource for Source {
    fn last_batch(&self) -> u64 {
        self.batch
    }

    fn items(&self, kind: SegmentKind, since: Option<u64>) -> Result<Items<'_>, SourceError> {
        let new = move |batch: u64| since.is_none_or(|since| batch > since);
        let items = self
            .items
            .values()
            .filter(move |(batch, item)| item.key.sub.kind() == kind && new(*batch))
            .map(|(_, item)| Ok(item.clone()));
        let broken = || SourceError {
            class: tomoshibi_policies::ErrorClass::Corrupt,
            what: "a run is damaged".into(),
        };
        let end = self.breaks.then(|| Err(broken()));
        Ok(Box::new(items.chain(end)))
    }
}

/// A central side on some disk.
pub(crate) struct Begun<F> {
    pub(crate) folder: Folder,
    pub(crate) files: F,
    pub(crate) config: Config,
    pub(crate) trust: TrustRoot,
}

impl<F: Files> Begun<F> {
    /// `root` exists on the host too: locks are files of the host.
    pub(crate) fn new(root: &Path, files: F) -> Self {
        let folder = Folder::new(root);
        init(&folder, &Config::default(), &files, &SystemEntropy).unwrap();
        Self::open(folder, files)
    }

    pub(crate) fn open(folder: Folder, files: F) -> Self {
        let (config, trust, _) = access::open(&folder, &files).unwrap();
        Self { folder, files, config, trust }
    }

    pub(crate) fn publish(
        &self,
        source: &Source,
        extent: Extent,
    ) -> Result<Published, PublishError> {
        let publisher = Publisher {
            folder: &self.folder,
            files: &self.files,
            config: &self.config,
            trust: &self.trust,
        };
        publisher.publish(source, reach(20), extent, NOW, &mut |_, _| {})
    }

    pub(crate) fn published(&self, source: &Source, extent: Extent) -> Snapshot {
        match self.publish(source, extent).unwrap() {
            Published::Snapshot(snapshot) => *snapshot,
            Published::Nothing { id } => panic!("nothing after {id}"),
        }
    }

    pub(crate) fn current(&self) -> Option<Manifest> {
        newest(&self.folder, &self.files, &self.trust).unwrap().map(|newest| newest.manifest)
    }

    /// Every item of a snapshot as a reader sees it: of each key the one with the latest order.
    pub(crate) fn read(&self, manifest: &Manifest) -> Vec<Item> {
        let keyring = keys::keyring(&self.folder, &self.files).unwrap();
        let mut items: BTreeMap<ItemKey, Item> = BTreeMap::new();
        for entry in &manifest.segments {
            let file = self.files.open(&self.folder.segment(entry.digest)).unwrap();
            entry.verify(&*file).unwrap();
            let identity = &keyring.identities[&entry.generation];
            let reader = SegmentReader::open(file, identity, entry.kind, entry.generation).unwrap();
            for item in reader.scan().unwrap() {
                let item = item.unwrap();
                assert!(entry.spans(&item.key.person));
                let month = item.order.accepted.year_month();
                assert!(entry.from <= month && month <= entry.to);
                let older = items.get(&item.key).is_none_or(|known| known.order <= item.order);
                if older {
                    items.insert(item.key, item);
                }
            }
        }
        items.into_values().collect()
    }
}
