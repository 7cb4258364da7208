//! The insurers of a region: numbers with check digits, names, and how they register checkups.
//!
//! Numbers are made up from the rule (type, prefecture, insurer, check digit); some fail the check
//! digit, because real ones do and readers must only warn. Source: handbook 3.1.

use crate::region::places::{ELSEWHERE, MUNICIPALITIES};

/// What an insurer is; the number says which of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum InsurerKind {
    /// Municipal 国保 of a municipality.
    Kokuho(usize),
    /// 国保組合.
    KokuhoUnion(usize),
    /// 協会けんぽ.
    Kyokai(usize),
    /// 健保組合.
    Kempo(usize),
    /// 共済.
    Kyosai(usize),
    /// Late-elderly, by municipality.
    LateElderly(usize),
    /// 生活保護, by municipality (claims carry KO and no HO).
    PublicAssistance(usize),
    /// Municipal 国保 outside the prefecture.
    ElsewhereKokuho(usize),
    /// Late-elderly outside the prefecture.
    ElsewhereLateElderly(usize),
}

/// When an insurer registers checkups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CheckupRegistration {
    /// With the statutory report, on 1 November of the fiscal year after the exam.
    Yearly,
    /// On the 20th, two months after the exam.
    Monthly,
    /// Not at all.
    Never,
}

/// An insurer.
#[derive(Debug, Clone)]
pub(crate) struct Insurer {
    pub(crate) kind: InsurerKind,
    /// As issued: 6 or 8 digits.
    pub(crate) number: String,
    pub(crate) name: String,
    pub(crate) checkups: CheckupRegistration,
    /// False where the check digit fails on purpose.
    pub(crate) check_digit_holds: bool,
}

impl Insurer {
    /// Left-padded with zeros to eight digits, as checkup files have it.
    pub(crate) fn number8(&self) -> String {
        format!("{:0>8}", self.number)
    }

    /// 1 社保 or 2 国保: to which body claims go.
    pub(crate) fn payer(&self) -> u8 {
        match self.kind {
            InsurerKind::Kyokai(_)
            | InsurerKind::Kempo(_)
            | InsurerKind::Kyosai(_)
            | InsurerKind::PublicAssistance(_) => 1,
            _ => 2,
        }
    }

    /// Late-elderly insured have neither symbol nor branch.
    pub(crate) fn is_late_elderly(&self) -> bool {
        matches!(self.kind, InsurerKind::LateElderly(_) | InsurerKind::ElsewhereLateElderly(_))
    }

    /// Public assistance alone: claims carry KO and no HO.
    pub(crate) fn is_public_assistance(&self) -> bool {
        matches!(self.kind, InsurerKind::PublicAssistance(_))
    }

    /// Municipal 国保, here or elsewhere: branches are numbered from 01.
    pub(crate) fn is_kokuho(&self) -> bool {
        matches!(
            self.kind,
            InsurerKind::Kokuho(_) | InsurerKind::KokuhoUnion(_) | InsurerKind::ElsewhereKokuho(_)
        )
    }
}

/// The check digit of a body: weights 2, 1, 2, 1 … from the right, digits of each product added.
pub(crate) fn check_digit(body: &str) -> u32 {
    let sum: u32 = body
        .bytes()
        .rev()
        .zip([2, 1].into_iter().cycle())
        .map(|(digit, weight)| u32::from(digit.wrapping_sub(b'0')) * weight)
        .map(|product| product / 10 + product % 10)
        .sum();
    (10 - sum % 10) % 10
}

/// Employee insurers outside the table of municipalities: (type, insurer, name).
const KYOKAI: &[(&str, &str)] = &[("01170", "協会けんぽ見本支部")];
const KEMPO: &[(&str, &str)] = &[
    ("06170", "見本機械健康保険組合"),
    ("06171", "灯台電子健康保険組合"),
    ("06172", "北見本繊維健康保険組合"),
    ("06130", "見本商事健康保険組合"),
];
const KYOSAI: &[(&str, &str)] = &[
    ("31170", "見本省共済組合"),
    ("32170", "見本県職員共済組合"),
    ("33170", "見本警察共済組合"),
    ("34170", "公立学校共済組合見本支部"),
];
const UNIONS: &[&str] = &["見本医師国民健康保険組合", "見本建設国民健康保険組合"];

/// All insurers, in the order of their kinds.
pub(crate) fn insurers() -> Vec<Insurer> {
    let mut all = Vec::new();
    for (index, place) in MUNICIPALITIES.iter().enumerate() {
        let name = format!("{}国民健康保険（見本）", place.name);
        all.push(insurer(InsurerKind::Kokuho(index), &format!("170{:02}", index + 1), name));
        let body = format!("39170{:02}", index + 1);
        all.push(insurer(
            InsurerKind::LateElderly(index),
            &body,
            "見本県後期高齢者医療広域連合".into(),
        ));
        let body = format!("12170{:02}", index + 1);
        let name = format!("{}福祉事務所（見本）", place.name);
        all.push(insurer(InsurerKind::PublicAssistance(index), &body, name));
    }
    for (index, name) in UNIONS.iter().enumerate() {
        let body = format!("173{:02}", index + 1);
        all.push(insurer(InsurerKind::KokuhoUnion(index), &body, (*name).into()));
    }
    for (index, (place, prefecture)) in ELSEWHERE.iter().zip(["16", "15", "13"]).enumerate() {
        let name = format!("{}国民健康保険（見本）", place.1);
        all.push(insurer(
            InsurerKind::ElsewhereKokuho(index),
            &format!("{prefecture}0{:02}", index + 1),
            name,
        ));
        let name = format!("{}後期高齢者医療広域連合（見本）", place.0);
        let body = format!("39{prefecture}0{:02}", index + 1);
        all.push(insurer(InsurerKind::ElsewhereLateElderly(index), &body, name));
    }
    let employees = [
        (KYOKAI, InsurerKind::Kyokai as fn(usize) -> InsurerKind),
        (KEMPO, InsurerKind::Kempo),
        (KYOSAI, InsurerKind::Kyosai),
    ];
    for (table, kind) in employees {
        for (index, (body, name)) in table.iter().enumerate() {
            all.push(insurer(kind(index), &format!("{body}{:02}", index + 1), (*name).into()));
        }
    }
    all
}

fn insurer(kind: InsurerKind, body: &str, name: String) -> Insurer {
    // The second 健保組合 and 珠洲市's 国保 carry a wrong check digit.
    let holds = !matches!(kind, InsurerKind::Kempo(1) | InsurerKind::Kokuho(4));
    let digit = (check_digit(body) + u32::from(!holds)) % 10;
    Insurer {
        kind,
        number: format!("{body}{digit}"),
        name,
        checkups: registration(kind),
        check_digit_holds: holds,
    }
}

/// Late-elderly unions and two in three others register monthly or yearly; a few never do.
fn registration(kind: InsurerKind) -> CheckupRegistration {
    match kind {
        InsurerKind::PublicAssistance(_) | InsurerKind::Kempo(3) | InsurerKind::KokuhoUnion(1) => {
            CheckupRegistration::Never
        }
        InsurerKind::Kokuho(index)
        | InsurerKind::Kempo(index)
        | InsurerKind::Kyosai(index)
        | InsurerKind::ElsewhereKokuho(index)
            if index % 2 == 0 =>
        {
            CheckupRegistration::Monthly
        }
        InsurerKind::LateElderly(_) => CheckupRegistration::Monthly,
        _ => CheckupRegistration::Yearly,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn check_digits_match_the_handbook() {
        for number in ["01130012", "01010016", "133066", "140053", "83123067"] {
            let (body, digit) = number.split_at(number.len() - 1);
            assert_eq!(check_digit(body).to_string(), digit, "{number}");
        }
    }

    #[test]
    fn numbers_are_distinct_and_two_fail_on_purpose() {
        let all = insurers();
        let numbers: BTreeSet<&String> = all.iter().map(|insurer| &insurer.number).collect();
        assert_eq!(numbers.len(), all.len());
        for insurer in &all {
            let (body, digit) = insurer.number.split_at(insurer.number.len() - 1);
            assert_eq!(check_digit(body).to_string() == digit, insurer.check_digit_holds);
        }
        assert_eq!(all.iter().filter(|insurer| !insurer.check_digit_holds).count(), 2);
    }
}
