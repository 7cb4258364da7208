//! Masters: drugs as the ministry publishes them, and institutions, insurers and checkup items in a shape of our own.
//!
//! A wrong row is set aside alone. Deleted and ended drugs are kept, with the day they ended: old receipts still name
//! them.
//!
//! FORMAT: `y_*.csv` 42 quoted columns in code page 932 (handbook 4.6). UTF-8 with a heading row, columns by name in
//! any order, others passed over: `institutions.csv` `code10,name,municipality_code`; `insurers.csv`
//! `insurer_number,name,checkups_registered_until` (a fiscal year, `none`, or empty: unknown); `checkup_items.csv`
//! `item17,name`.
//! At most [`MASTER_LEN_BYTES_MAX`].

mod drugs;
mod lines;
mod table;

use tomoshibi_policies::record::{
    CheckupRegistration, Drug, FacilityCode, Institution, Insurer, InsurerNumber, ItemCode,
    ItemName,
};

use super::text;
use crate::central::rejects::{RejectReason, SetAside};
use table::{Row, Table};

/// Longest master: 64 MiB; the drug master has 6 MiB.
pub const MASTER_LEN_BYTES_MAX: u64 = 64 << 20;
/// Longest name, in characters.
const NAME_CHARS_MAX: usize = 300;

/// Which master a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MasterKind {
    /// `y_*.csv`.
    Drugs,
    /// `institutions.csv`.
    Institutions,
    /// `insurers.csv`.
    Insurers,
    /// `checkup_items.csv`.
    CheckupItems,
}

impl MasterKind {
    /// The kind of the file with this name, case aside.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "institutions.csv" => Some(Self::Institutions),
            "insurers.csv" => Some(Self::Insurers),
            "checkup_items.csv" => Some(Self::CheckupItems),
            name if name.starts_with("y_") && name.ends_with(".csv") => Some(Self::Drugs),
            _ => None,
        }
    }
}

/// One row of a master.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MasterRecord {
    /// A drug.
    Drug(Drug),
    /// An institution.
    Institution(Institution),
    /// An insurer.
    Insurer(Insurer),
    /// Name of a checkup item.
    ItemName(ItemName),
}

/// What a master holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Master {
    /// The rows, in the order of the file.
    pub records: Vec<MasterRecord>,
    /// Rows set aside.
    pub rejects: Vec<SetAside>,
}

/// Reads a master.
///
/// # Errors
/// Damage of the file as a whole: length, encoding, heading.
pub fn read(kind: MasterKind, bytes: &[u8]) -> Result<Master, SetAside> {
    if bytes.len() as u64 > MASTER_LEN_BYTES_MAX {
        return Err(SetAside::file(0, RejectReason::FileTooLong));
    }
    match kind {
        MasterKind::Drugs => drugs::read(bytes),
        MasterKind::Institutions => {
            rows(bytes, &["code10", "name", "municipality_code"], institution)
        }
        MasterKind::Insurers => {
            rows(bytes, &["insurer_number", "name", "checkups_registered_until"], insurer)
        }
        MasterKind::CheckupItems => rows(bytes, &["item17", "name"], item_name),
    }
}

type RowReader = fn(&Row<'_>) -> Result<MasterRecord, SetAside>;

fn rows(
    bytes: &[u8],
    columns: &'static [&'static str],
    read: RowReader,
) -> Result<Master, SetAside> {
    let mut master = Master::default();
    Table::open(bytes, columns)?.each(|row| match row.and_then(|row| read(&row)) {
        Ok(record) => master.records.push(record),
        Err(aside) => master.rejects.push(aside),
    });
    Ok(master)
}

fn institution(row: &Row<'_>) -> Result<MasterRecord, SetAside> {
    let code = FacilityCode::parse(row.get("code10"));
    let municipality = match row.get("municipality_code") {
        "" => None,
        code if text::is_digits(code, 5) => text::number(code),
        _ => return Err(row.wrong("municipality_code", RejectReason::BadCode)),
    };
    Ok(MasterRecord::Institution(Institution {
        code: code.map_err(|_| row.wrong("code10", RejectReason::BadFacility))?,
        name: name(row)?,
        municipality,
    }))
}

fn insurer(row: &Row<'_>) -> Result<MasterRecord, SetAside> {
    let number = InsurerNumber::parse(row.get("insurer_number"));
    let checkups = match row.get("checkups_registered_until") {
        "" => CheckupRegistration::Unknown,
        "none" => CheckupRegistration::None,
        year => match text::number(year).filter(|_| year.len() == 4) {
            Some(year) => CheckupRegistration::Until(i32::try_from(year).unwrap_or_default()),
            None => return Err(row.wrong("checkups_registered_until", RejectReason::BadCode)),
        },
    };
    Ok(MasterRecord::Insurer(Insurer {
        number: number.map_err(|_| row.wrong("insurer_number", RejectReason::BadInsurer))?,
        name: name(row)?,
        checkups,
    }))
}

fn item_name(row: &Row<'_>) -> Result<MasterRecord, SetAside> {
    let code = ItemCode::parse(row.get("item17"));
    Ok(MasterRecord::ItemName(ItemName {
        code: code.map_err(|_| row.wrong("item17", RejectReason::BadItemCode))?,
        name: name(row)?,
    }))
}

fn name(row: &Row<'_>) -> Result<String, SetAside> {
    let name = row.get("name");
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX {
        return Err(row.wrong("name", RejectReason::BadText));
    }
    Ok(name.to_owned())
}

pub(super) use table::{Row as TableRow, Table as CsvTable};

#[cfg(test)]
mod tests;
