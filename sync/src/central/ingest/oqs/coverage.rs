//! One `ResultOfQualificationConfirmation`: a coverage, and the person as that insurer registered it.

use tomoshibi_policies::record::{
    CardClass, Coverage, InsurerNumber, InsurerNumberError, LossReason, NameUse, PersonName,
    Relation, Sex,
};
use tomoshibi_policies::time::{DatePeriod, JstDate, PartialDate, YearMonth};

use crate::central::ingest::text;
use crate::central::ingest::xml::Element;
use crate::central::rejects::{Noticed, RejectReason, Warning};
use tomoshibi_policies::names;

/// Longest symbol or number: 20 characters are issued.
const NUMBER_CHARS_MAX: usize = 40;
/// Longest name or address, in characters.
const NAME_CHARS_MAX: usize = 200;

/// A coverage with the person as its insurer knows it.
pub(super) struct Registered {
    pub(super) coverage: Coverage,
    pub(super) names: Vec<PersonName>,
    pub(super) sex: Sex,
    pub(super) birth: PartialDate,
    pub(super) address: String,
    pub(super) postal_code: String,
}

/// Reads one coverage.
pub(super) fn read(
    result: &Element,
    warnings: &mut Vec<Noticed>,
) -> Result<Registered, RejectReason> {
    let mut warn = |warning| warnings.push(Noticed { line: result.line, warning });
    let sex = Sex::from_code(result.text_of("Sex1").trim()).ok_or(RejectReason::BadSex)?;
    let birth = PartialDate::parse(result.text_of("Birthdate").trim());
    let birth = birth.map_err(|_| RejectReason::BadDate)?;
    if birth.day().is_none() {
        warn(Warning::BirthDayUnknown);
    }
    let coverage = coverage(result, birth, &mut warn)?;
    let names = registered_names(result)?;
    let address = short(result.text_of("Address"))?;
    let postal_code = short(result.text_of("PostNumber"))?;
    Ok(Registered { coverage, names, sex, birth, address, postal_code })
}

fn coverage(
    result: &Element,
    birth: PartialDate,
    warn: &mut dyn FnMut(Warning),
) -> Result<Coverage, RejectReason> {
    // InsurerNumber strips the spaces that pad it on the left; they are no part of the number.
    let insurer = InsurerNumber::parse(result.text_of("InsurerNumber")).map_err(|e| match e {
        InsurerNumberError::Form => RejectReason::BadInsurer,
        InsurerNumberError::NoIdentity => RejectReason::NoIdentity,
    })?;
    if !insurer.has_valid_check_digit() {
        warn(Warning::InsurerCheckDigit);
    }
    let number = card_text(result.text_of("InsuredIdentificationNumber"))?;
    if number.is_empty() {
        return Err(RejectReason::BadNumber);
    }
    if names::is_no_identity(&number) {
        return Err(RejectReason::NoIdentity);
    }
    let elderly = result.find("ElderlyRecipientCertificateInfo");
    let elderly_text = |name| elderly.map_or("", |info| info.text_of(name));
    let own_share = percent(result.text_of("InsuredPartialContributionRatio"))?;
    let elderly_share = percent(elderly_text("ElderlyRecipientContributionRatio"))?;
    Ok(Coverage {
        insurer,
        symbol: card_text(result.text_of("InsuredCardSymbol"))?,
        number,
        branch: branch(result.text_of("InsuredBranchNumber"))?,
        period: period(result, birth, warn)?,
        card: card(result.text_of("InsuredCardClassification").trim()),
        relation: match result.text_of("PersonalFamilyClassification").trim() {
            "2" => Relation::Family,
            _ => Relation::Insured,
        },
        burden_percent: elderly_share.or(own_share),
        elderly_until: date(elderly_text("ElderlyRecipientValidEndDate"))?,
        loss: loss(result.text_of("ReasonOfLoss").trim()),
    })
}

/// From the day of qualification up to, not including, the day of disqualification.
fn period(
    result: &Element,
    birth: PartialDate,
    warn: &mut dyn FnMut(Warning),
) -> Result<DatePeriod, RejectReason> {
    let from = match date(result.text_of("QualificationDate"))? {
        Some(from) => from,
        None => {
            // Nobody is covered before birth, and refusing would hide the person altogether.
            warn(Warning::CoverageWithoutStart);
            first_day(birth).ok_or(RejectReason::BadDate)?
        }
    };
    let period = DatePeriod { from, until: date(result.text_of("DisqualificationDate"))? };
    if period.until.is_some_and(|until| until < from) {
        return Err(RejectReason::BadPeriod);
    }
    Ok(period)
}

fn first_day(birth: PartialDate) -> Option<JstDate> {
    match birth {
        PartialDate::Day(day) => Some(day),
        PartialDate::Month(month) => Some(month.first_day()),
        PartialDate::Year(year) => YearMonth::new(year, 1).map(YearMonth::first_day),
    }
}

/// A date, or none when the element is empty or absent.
fn date(text: &str) -> Result<Option<JstDate>, RejectReason> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    JstDate::parse(text).map(Some).map_err(|_| RejectReason::BadDate)
}

/// `010` is ten per cent.
fn percent(text: &str) -> Result<Option<u8>, RejectReason> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let percent = text::number(text).filter(|percent| *percent <= 100);
    let percent = percent.and_then(|percent| u8::try_from(percent).ok());
    percent.map(Some).ok_or(RejectReason::BadCode)
}

/// Two digits, or none. `00` is a branch here: some insurers give it to the insured person.
fn branch(text: &str) -> Result<Option<u8>, RejectReason> {
    let text = text::narrow(text.trim());
    if text.is_empty() {
        return Ok(None);
    }
    let branch = text::number(&text).filter(|_| text.len() <= 2);
    let branch = branch.and_then(|branch| u8::try_from(branch).ok());
    branch.map(Some).ok_or(RejectReason::BadBranch)
}

/// Symbol or number, as issued.
fn card_text(text: &str) -> Result<String, RejectReason> {
    let text = text.trim();
    if text.chars().count() > NUMBER_CHARS_MAX {
        return Err(RejectReason::BadNumber);
    }
    Ok(text.to_owned())
}

fn short(text: &str) -> Result<String, RejectReason> {
    let text = text.trim();
    if text.chars().count() > NAME_CHARS_MAX {
        return Err(RejectReason::XmlTextTooLong);
    }
    Ok(text.to_owned())
}

/// The registered name and the name in use. At least one of kanji and kana must be there.
fn registered_names(result: &Element) -> Result<Vec<PersonName>, RejectReason> {
    let mut names = Vec::new();
    for (name_use, kanji, kana) in [
        (NameUse::Registered, "Name", "NameKana"),
        (NameUse::Alias, "NameOfOther", "NameOfOtherKana"),
    ] {
        let (kanji, kana) = (short(result.text_of(kanji))?, short(result.text_of(kana))?);
        if !kanji.is_empty() || !kana.is_empty() {
            names.push(PersonName { name_use, kanji, kana });
        }
    }
    if names.is_empty() { Err(RejectReason::NoName) } else { Ok(names) }
}

fn card(code: &str) -> CardClass {
    match code {
        "01" => CardClass::General,
        "02" => CardClass::Retired,
        "03" | "04" => CardClass::ShortTerm,
        "05" => CardClass::Certificate,
        "06" => CardClass::SpecialRetired,
        "07" => CardClass::SelfDefenceForces,
        "A1" => CardClass::PublicAssistance,
        _ => CardClass::Other,
    }
}

fn loss(code: &str) -> Option<LossReason> {
    match code {
        "" => None,
        "01" => Some(LossReason::Death),
        "02" => Some(LossReason::PublicAssistance),
        "03" => Some(LossReason::OtherInsurance),
        _ => Some(LossReason::Other),
    }
}
