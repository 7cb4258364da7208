//! The masters of an opened node: names of drugs, items, insurers. In memory, from the `masters` segments.

use std::collections::BTreeMap;

use tomoshibi_policies::record::{
    CheckupRegistration, Drug, DrugCode, Insurer, InsurerNumber, ItemCode, ItemName,
};

/// Names by code. A code that is not here is shown as it stands, never skipped.
#[derive(Debug, Default)]
pub struct Masters {
    drugs: BTreeMap<DrugCode, Drug>,
    insurers: BTreeMap<InsurerNumber, Insurer>,
    items: BTreeMap<ItemCode, ItemName>,
}

impl Masters {
    /// Adds or replaces a drug.
    pub fn add_drug(&mut self, drug: Drug) {
        self.drugs.insert(drug.code, drug);
    }

    /// Adds or replaces an insurer.
    pub fn add_insurer(&mut self, insurer: Insurer) {
        self.insurers.insert(insurer.number, insurer);
    }

    /// Adds or replaces the name of a checkup item.
    pub fn add_item(&mut self, item: ItemName) {
        self.items.insert(item.code, item);
    }

    /// The drug with this code.
    #[must_use]
    pub fn drug(&self, code: DrugCode) -> Option<&Drug> {
        self.drugs.get(&code)
    }

    /// The insurer with this number.
    #[must_use]
    pub fn insurer(&self, number: InsurerNumber) -> Option<&Insurer> {
        self.insurers.get(&number)
    }

    /// The name of an item.
    #[must_use]
    pub fn item_name(&self, code: ItemCode) -> Option<&str> {
        self.items.get(&code).map(|item| item.name.as_str())
    }

    /// How far the insurer has registered checkups.
    #[must_use]
    pub fn registration(&self, number: InsurerNumber) -> CheckupRegistration {
        self.insurer(number).map_or(CheckupRegistration::Unknown, |insurer| insurer.checkups)
    }
}
