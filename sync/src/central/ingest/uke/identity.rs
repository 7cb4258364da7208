//! HO, KO and SN: by whom a claim's patient is covered.

use tomoshibi_policies::record::{InsurerNumber, InsurerNumberError};

use super::claim::{Insurance, PublicPayer};
use super::field::Fields;
use super::record::Record;
use crate::central::rejects::{Noticed, RejectReason, SetAside, Warning};
use tomoshibi_policies::names;

/// Longest symbol or number: 20 characters are issued; twice that allows for sloppy spaces.
const NUMBER_CHARS_MAX: usize = 40;

/// Collects the identity records of one claim.
#[derive(Default)]
pub(super) struct Identities {
    insurance: Option<Insurance>,
    public: Vec<PublicPayer>,
    branches: Vec<Branch>,
}

/// An SN record. Blank columns agree with any insurance.
struct Branch {
    insurer: Option<InsurerNumber>,
    symbol: String,
    number: String,
    branch: u8,
}

impl Branch {
    fn is_of(&self, insurance: &Insurance) -> bool {
        let same = |a: &str, b: &str, key: fn(&str) -> String| a.is_empty() || key(a) == key(b);
        self.insurer.is_none_or(|insurer| insurer == insurance.insurer)
            && same(&self.symbol, &insurance.symbol, names::symbol_key)
            && same(&self.number, &insurance.number, names::digits_key)
    }
}

impl Identities {
    /// HO: 1 insurer 2 symbol 3 number.
    pub(super) fn read_insurer(
        &mut self,
        record: &Record<'_>,
        warnings: &mut Vec<Noticed>,
    ) -> Result<(), SetAside> {
        let fields = Fields::of(record, 4)?;
        if self.insurance.is_some() {
            return Err(fields.whole(RejectReason::TwoInsurers));
        }
        let insurer = insurer(&fields, 1)?;
        if !insurer.has_valid_check_digit() {
            warnings.push(Noticed { line: record.line, warning: Warning::InsurerCheckDigit });
        }
        let symbol = number_text(&fields, 2)?;
        let number = number_text(&fields, 3)?;
        if names::is_no_identity(&number) {
            return Err(fields.wrong(3, RejectReason::NoIdentity));
        }
        if number.is_empty() {
            return Err(fields.wrong(3, RejectReason::BadNumber));
        }
        self.insurance = Some(Insurance { insurer, symbol, number, branch: None });
        Ok(())
    }

    /// KO: 1 payer 2 recipient. A payer without identity is passed over: the insurance may still link the claim.
    pub(super) fn read_public(&mut self, record: &Record<'_>) -> Result<(), SetAside> {
        let fields = Fields::of(record, 3)?;
        let recipient = number_text(&fields, 2)?;
        match InsurerNumber::parse(&fields.text(1)?) {
            Ok(payer) => self.public.push(PublicPayer { payer, recipient }),
            Err(InsurerNumberError::NoIdentity) => {}
            Err(InsurerNumberError::Form) => return Err(fields.wrong(1, RejectReason::BadInsurer)),
        }
        Ok(())
    }

    /// SN: 3 insurer 4 symbol 5 number 6 branch.
    pub(super) fn read_branch(&mut self, record: &Record<'_>) -> Result<(), SetAside> {
        let fields = Fields::of(record, 7)?;
        let branch = fields.text(6)?;
        if branch.is_empty() {
            return Ok(());
        }
        let digits = branch.len() <= 2 && branch.bytes().all(|b| b.is_ascii_digit());
        let branch = branch.parse().ok().filter(|_| digits);
        let branch = branch.ok_or_else(|| fields.wrong(6, RejectReason::BadBranch))?;
        let insurer = if fields.is_blank(3) { None } else { Some(insurer(&fields, 3)?) };
        let (symbol, number) = (number_text(&fields, 4)?, number_text(&fields, 5)?);
        self.branches.push(Branch { insurer, symbol, number, branch });
        Ok(())
    }

    /// The insurance with its branch, and the public payers. Two SN records that differ say nothing.
    pub(super) fn finish(self) -> (Option<Insurance>, Vec<PublicPayer>) {
        let insurance = self.insurance.map(|insurance| {
            let mut of_it = self.branches.iter().filter(|b| b.is_of(&insurance)).map(|b| b.branch);
            let first = of_it.next();
            let branch = first.filter(|first| of_it.all(|other| other == *first));
            Insurance { branch, ..insurance }
        });
        (insurance, self.public)
    }
}

fn insurer(fields: &Fields<'_>, column: usize) -> Result<InsurerNumber, SetAside> {
    InsurerNumber::parse(&fields.text(column)?).map_err(|error| {
        let reason = match error {
            InsurerNumberError::Form => RejectReason::BadInsurer,
            InsurerNumberError::NoIdentity => RejectReason::NoIdentity,
        };
        fields.wrong(column, reason)
    })
}

fn number_text(fields: &Fields<'_>, column: usize) -> Result<String, SetAside> {
    let text = fields.text(column)?;
    if text.chars().count() > NUMBER_CHARS_MAX {
        return Err(fields.wrong(column, RejectReason::BadNumber));
    }
    Ok(text)
}
