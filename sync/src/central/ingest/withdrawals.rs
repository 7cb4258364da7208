//! Lists of withdrawals, in a shape of our own. A wrong row is set aside alone.
//!
//! FORMAT: UTF-8 CSV with a heading row, columns by name: `id,date,kind,target,reference_number,insurer_number,symbol,
//! number,branch,facility10,treatment_month,receipt_kind,re_type,prescriber10,exam_date`. `kind`: `correction`, `death`,
//! `deletion`, `court_order`. `target`: `person`; `receipt` (with facility10, treatment_month, receipt_kind `medical`,
//! `dental`, `pharmacy` or `dpc`, re_type, and for `pharmacy` prescriber10: a code, or `none` for the receipt that names
//! no prescriber); `checkup` (with exam_date). Who: the reference number, or else insurer, symbol, number and branch. A
//! pharmacy row without prescriber10 is set aside, since it could mean a receipt that it does not hit. A checkup row names no programme, so it withdraws those of that day of both programmes that are
//! carried (010 and 020). `id` is for people to find the row again and is not read. At most
//! [`WITHDRAWALS_LEN_BYTES_MAX`].

use tomoshibi_policies::record::{
    CheckupProgram, FacilityCode, InsurerNumber, InsurerNumberError, ReceiptKey, ReceiptKind,
    ReceiptType, WithdrawalReason, WithdrawalTarget,
};
use tomoshibi_policies::time::{JstDate, YearMonth};

use super::masters::{CsvTable, TableRow};
use super::text;
use super::uke::Insurance;
use crate::central::rejects::{RejectReason, SetAside};
use tomoshibi_policies::names;

/// Longest list: 64 MiB.
pub const WITHDRAWALS_LEN_BYTES_MAX: u64 = 64 << 20;

const COLUMNS: [&str; 14] = [
    "date",
    "kind",
    "target",
    "reference_number",
    "insurer_number",
    "symbol",
    "number",
    "branch",
    "facility10",
    "treatment_month",
    "receipt_kind",
    "re_type",
    "prescriber10",
    "exam_date",
];

/// Whose record is withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// The person with this reference number.
    Reference(Reference),
    /// The person with these numbers on the day of the withdrawal.
    Insured(Insurance),
}

/// A reference number. `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Reference(pub String);

impl core::fmt::Debug for Reference {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Reference(hidden)")
    }
}

/// One row: not yet linked to anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveredWithdrawal {
    /// Line, from 1.
    pub line: u64,
    /// Day from which it holds.
    pub date: JstDate,
    /// Why.
    pub reason: WithdrawalReason,
    /// Whose.
    pub whose: Whose,
    /// What: two targets for a checkup, one otherwise.
    pub targets: Vec<WithdrawalTarget>,
}

/// What a list holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Withdrawals {
    /// The rows.
    pub rows: Vec<DeliveredWithdrawal>,
    /// Rows set aside.
    pub rejects: Vec<SetAside>,
}

/// Reads a list.
///
/// # Errors
/// Damage of the file as a whole: length, encoding, heading.
pub fn read(bytes: &[u8]) -> Result<Withdrawals, SetAside> {
    if bytes.len() as u64 > WITHDRAWALS_LEN_BYTES_MAX {
        return Err(SetAside::file(0, RejectReason::FileTooLong));
    }
    let mut found = Withdrawals::default();
    CsvTable::open(bytes, &COLUMNS)?.each(|row| match row.and_then(|row| read_row(&row)) {
        Ok(row) => found.rows.push(row),
        Err(aside) => found.rejects.push(aside),
    });
    Ok(found)
}

fn read_row(row: &TableRow<'_>) -> Result<DeliveredWithdrawal, SetAside> {
    let reason = match row.get("kind") {
        "correction" => WithdrawalReason::Correction,
        "death" => WithdrawalReason::Death,
        "deletion" => WithdrawalReason::Deletion,
        "court_order" => WithdrawalReason::CourtOrder,
        _ => return Err(row.wrong("kind", RejectReason::BadCode)),
    };
    let targets = match row.get("target") {
        "person" => vec![WithdrawalTarget::Person],
        "receipt" => vec![WithdrawalTarget::Receipt(receipt(row)?)],
        "checkup" => {
            let exam_date = date(row, "exam_date")?;
            let programs = [CheckupProgram::Specific, CheckupProgram::LateElderly];
            programs.map(|program| WithdrawalTarget::Checkup { exam_date, program }).to_vec()
        }
        _ => return Err(row.wrong("target", RejectReason::UnknownWithdrawalTarget)),
    };
    Ok(DeliveredWithdrawal {
        line: row.line(),
        date: date(row, "date")?,
        reason,
        whose: whose(row)?,
        targets,
    })
}

fn receipt(row: &TableRow<'_>) -> Result<ReceiptKey, SetAside> {
    let facility = FacilityCode::parse(row.get("facility10"));
    let month = YearMonth::parse(row.get("treatment_month"));
    let re_type = row.get("re_type").parse().ok().filter(|number| *number < 10_000);
    let kind = match row.get("receipt_kind") {
        "medical" => ReceiptKind::Medical,
        "dental" => ReceiptKind::Dental,
        "pharmacy" => ReceiptKind::Pharmacy,
        "dpc" => ReceiptKind::Dpc,
        _ => return Err(row.wrong("receipt_kind", RejectReason::BadCode)),
    };
    Ok(ReceiptKey {
        facility: facility.map_err(|_| row.wrong("facility10", RejectReason::BadFacility))?,
        month: month.map_err(|_| row.wrong("treatment_month", RejectReason::BadMonth))?,
        kind,
        re_type: ReceiptType(
            re_type.ok_or_else(|| row.wrong("re_type", RejectReason::BadReceiptType))?,
        ),
        prescriber: prescriber(row, kind)?,
    })
}

fn prescriber(row: &TableRow<'_>, kind: ReceiptKind) -> Result<Option<FacilityCode>, SetAside> {
    let bad = || row.wrong("prescriber10", RejectReason::BadPrescriber);
    match (kind, row.get("prescriber10")) {
        (ReceiptKind::Pharmacy, "none") => Ok(None),
        (ReceiptKind::Pharmacy, code) => FacilityCode::parse(code).map(Some).map_err(|_| bad()),
        (_, "") => Ok(None),
        _ => Err(bad()),
    }
}

fn whose(row: &TableRow<'_>) -> Result<Whose, SetAside> {
    let reference = row.get("reference_number");
    if !reference.is_empty() {
        return Ok(Whose::Reference(Reference(reference.to_owned())));
    }
    let insurer = InsurerNumber::parse(row.get("insurer_number")).map_err(|error| {
        let reason = match error {
            InsurerNumberError::Form => RejectReason::BadInsurer,
            InsurerNumberError::NoIdentity => RejectReason::NoIdentity,
        };
        row.wrong("insurer_number", reason)
    })?;
    let number = row.get("number");
    if number.is_empty() {
        return Err(row.wrong("number", RejectReason::BadNumber));
    }
    if names::is_no_identity(number) {
        return Err(row.wrong("number", RejectReason::NoIdentity));
    }
    let branch = match row.get("branch") {
        "" => None,
        text => {
            let branch = text::number(text).filter(|_| text.len() <= 2);
            let branch = branch.and_then(|branch| u8::try_from(branch).ok());
            Some(branch.ok_or_else(|| row.wrong("branch", RejectReason::BadBranch))?)
        }
    };
    let (symbol, number) = (row.get("symbol").to_owned(), number.to_owned());
    Ok(Whose::Insured(Insurance { insurer, symbol, number, branch }))
}

fn date(row: &TableRow<'_>, column: &str) -> Result<JstDate, SetAside> {
    JstDate::parse(row.get(column)).map_err(|_| row.wrong(column, RejectReason::BadDate))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADING: &str = "id,date,kind,target,reference_number,insurer_number,symbol,number,branch,facility10,\
        treatment_month,receipt_kind,re_type,prescriber10,exam_date\n";

    fn list(row: &str) -> Withdrawals {
        read(format!("{HEADING}{row}").as_bytes()).unwrap()
    }

    #[test]
    fn every_kind_of_target_is_read() {
        let found = list("W1,2026-11-01,death,person,R1,,,,,,,,,,");
        assert_eq!(found.rows[0].targets, [WithdrawalTarget::Person]);
        let found = list(
            "W2,20261101,deletion,receipt,,00170993,12-34,4260,01,1741234567,2026-09,pharmacy,4112,1711234567,",
        );
        let [WithdrawalTarget::Receipt(key)] = found.rows[0].targets[..] else { panic!("receipt") };
        assert_eq!(
            (key.kind, key.re_type, key.month.to_string()),
            (ReceiptKind::Pharmacy, ReceiptType(4112), "2026-09".into())
        );
        assert!(
            matches!(&found.rows[0].whose, Whose::Insured(insured) if insured.branch == Some(1))
        );
        let found = list("W3,2026-11-01,correction,checkup,R1,,,,,,,,,,2026-06-12");
        assert_eq!(found.rows[0].targets.len(), 2);
    }

    #[test]
    fn a_receipt_is_named_with_its_prescriber() {
        for (columns, prescriber) in [
            ("1741234567,2026-09,pharmacy,4112,1711234567,", Some("1711234567")),
            ("1741234567,2026-09,pharmacy,4112,none,", None),
            ("1711234567,2026-09,medical,1112,,", None),
        ] {
            let found = list(&format!("W,2026-11-01,deletion,receipt,R1,,,,,{columns}"));
            let [WithdrawalTarget::Receipt(key)] = found.rows[0].targets[..] else {
                panic!("{columns}")
            };
            let expected = prescriber.map(|code| FacilityCode::parse(code).unwrap());
            assert_eq!(key.prescriber, expected, "{columns}");
        }
    }

    #[test]
    fn a_wrong_row_is_set_aside() {
        for (row, reason) in [
            ("W,2026-11-31,death,person,R1,,,,,,,,,,", RejectReason::BadDate),
            ("W,2026-11-01,whim,person,R1,,,,,,,,,,", RejectReason::BadCode),
            ("W,2026-11-01,death,everything,R1,,,,,,,,,,", RejectReason::UnknownWithdrawalTarget),
            ("W,2026-11-01,death,person,,,,,,,,,,,", RejectReason::BadInsurer),
            ("W,2026-11-01,death,person,,99999999,,1,,,,,,,", RejectReason::NoIdentity),
            ("W,2026-11-01,death,person,,170993,,999999999,,,,,,,", RejectReason::NoIdentity),
            ("W,2026-11-01,death,person,,170993,,,,,,,,,", RejectReason::BadNumber),
            ("W,2026-11-01,death,person,,170993,,1,001,,,,,,", RejectReason::BadBranch),
            (
                "W,2026-11-01,death,receipt,R1,,,,,,2026-09,pharmacy,4112,1711234567,",
                RejectReason::BadFacility,
            ),
            (
                "W,2026-11-01,death,receipt,R1,,,,,1741234567,2026,pharmacy,4112,1711234567,",
                RejectReason::BadMonth,
            ),
            (
                "W,2026-11-01,death,receipt,R1,,,,,1741234567,2026-09,x,4112,,",
                RejectReason::BadCode,
            ),
            (
                "W,2026-11-01,death,receipt,R1,,,,,1741234567,2026-09,dpc,41120,,",
                RejectReason::BadReceiptType,
            ),
            (
                "W,2026-11-01,death,receipt,R1,,,,,1741234567,2026-09,pharmacy,4112,,",
                RejectReason::BadPrescriber,
            ),
            (
                "W,2026-11-01,death,receipt,R1,,,,,1741234567,2026-09,pharmacy,4112,171123456,",
                RejectReason::BadPrescriber,
            ),
            (
                "W,2026-11-01,death,receipt,R1,,,,,1711234567,2026-09,medical,1112,1711234567,",
                RejectReason::BadPrescriber,
            ),
            (
                "W,2026-11-01,death,receipt,R1,,,,,1711234567,2026-09,medical,1112,none,",
                RejectReason::BadPrescriber,
            ),
            ("W,2026-11-01,death", RejectReason::RowTooShort),
        ] {
            let found = list(row);
            assert!(found.rows.is_empty(), "{row}");
            assert_eq!((found.rejects[0].line, found.rejects[0].reason), (2, reason), "{row}");
        }
    }
}
