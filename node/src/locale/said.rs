//! Statements of a view in words.
//!
//! A statement carries codes (a category, a reason, regions) and dates; here they become words before the message of
//! the statement is put together, so that no reader is ever shown a code.

use super::{Lang, text};
use crate::failure::Args;
use crate::view::Said;

/// A statement in words.
#[must_use]
pub fn said_text(lang: Lang, said: &Said) -> String {
    let argument = |(name, value): (&String, &String)| {
        (name.clone(), argument_text(lang, &said.id, name, value).into())
    };
    text(lang, &said.id, &said.args.iter().map(argument).collect())
}

/// Names of the prefectures with these JIS codes, as read by people.
#[must_use]
pub fn region_names<'a>(lang: Lang, codes: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<_> =
        codes.into_iter().map(|code| word(lang, &format!("prefecture-{code}"))).collect();
    names.join(separator(lang))
}

/// What stands between the members of a list.
pub(crate) const fn separator(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => "、",
        Lang::En => ", ",
    }
}

fn argument_text(lang: Lang, id: &str, name: &str, value: &str) -> String {
    match name {
        "category" => word(lang, &format!("category-{value}")),
        "reason" if id == "supply-unknown" => word(lang, &format!("supply-{value}")),
        "reason" => word(lang, &format!("deny-{value}")),
        "regions" => region_names(lang, value.split(' ')),
        "month" | "date" => date_text(lang, value),
        _ => value.to_owned(),
    }
}

/// `2026-10-31` as 2026年10月31日, `2026-10` as 2026年10月; English keeps the form that cannot be misread.
pub(crate) fn date_text(lang: Lang, date: &str) -> String {
    let parts: Vec<&str> = date.split('-').collect();
    let bare = |part: &str| part.trim_start_matches('0').to_owned();
    match (lang, parts.as_slice()) {
        (Lang::Ja, [year, month]) => format!("{year}年{}月", bare(month)),
        (Lang::Ja, [year, month, day]) => format!("{year}年{}月{}日", bare(month), bare(day)),
        _ => date.to_owned(),
    }
}

/// A moment in Japanese time, to the minute; what is no moment stays as it is.
pub(crate) fn instant_text(lang: Lang, at: &str) -> String {
    let minute = at.split_once('T').and_then(|(date, time)| Some((date, time.get(..5)?)));
    minute.map_or_else(|| at.to_owned(), |(date, time)| format!("{} {time}", date_text(lang, date)))
}

fn word(lang: Lang, id: &str) -> String {
    text(lang, id, &Args::new())
}

#[cfg(test)]
mod tests {
    use tomoshibi_policies::category::Category;
    use tomoshibi_policies::decision::DenyReason;
    use tomoshibi_policies::record::{DrugCode, RegionCode};
    use tomoshibi_policies::supply::SupplyUnknown;
    use tomoshibi_policies::time::{JstDate, YearMonth};
    use tomoshibi_policies::wording::Statement;

    use super::*;

    fn regions() -> Vec<RegionCode> {
        [16, 17].map(|code| RegionCode::new(code).unwrap()).into()
    }

    fn every() -> Vec<Statement> {
        let month = YearMonth::parse("2026-10").unwrap();
        let at = JstDate::parse("2026-10-31").unwrap();
        let mut every = vec![
            Statement::Drill,
            Statement::IdentityNotConfirmed,
            Statement::VitalInterest,
            Statement::VitalInterestAlone,
            Statement::ClaimsReach { claims_to: month, processed: at },
            Statement::EligibilityReach(at),
            Statement::CheckupReach(at),
            Statement::SnapshotOverdue(1),
            Statement::SnapshotOld(40),
            Statement::SnapshotClockDoubtful,
            Statement::AllergiesNotInThisData,
            Statement::DispensedIsNotTaken,
            Statement::NoneInClaimsTo(month),
            Statement::NoneRecognisedInClaimsTo(month),
            Statement::DrugUnknown(DrugCode::parse("610406079").unwrap()),
            Statement::InSupplyAt(at),
            Statement::SupplyEndedAt(at),
            Statement::AdministeredNotTakenHome,
            Statement::DispensedAfterReach(at),
            Statement::NotInThisNodesData(regions()),
            Statement::NoCheckupRegisteredUntil(2025),
            Statement::NoCheckupNoneRegistered,
            Statement::NoCheckupRegistrationUnknown,
            Statement::HistoryNotAsked,
            Statement::BundledDrugsNotInThisData,
        ];
        every.extend(Category::ALL.map(Statement::CategoryNotCarried));
        every.extend(Category::ALL.map(Statement::CategoryNotRead));
        let withheld = |why: &DenyReason| Statement::CategoryWithheld(Category::Checkup, *why);
        every.extend(DenyReason::ALL.iter().map(withheld));
        every.extend(
            [
                SupplyUnknown::AsNeeded,
                SupplyUnknown::External,
                SupplyUnknown::OtherForm,
                SupplyUnknown::NotDaily,
                SupplyUnknown::DayUnknown,
                SupplyUnknown::NoCount,
            ]
            .map(Statement::SupplyUnknown),
        );
        every
    }

    fn in_words(lang: Lang, statement: &Statement) -> String {
        said_text(lang, &Said::from(statement))
    }

    #[test]
    fn every_statement_is_whole_in_both_languages_and_shows_no_code() {
        let every = every();
        for id in Statement::MESSAGE_IDS {
            assert!(every.iter().any(|statement| statement.message_id() == id), "{id}");
        }
        for statement in &every {
            let said = Said::from(statement);
            for lang in Lang::ALL {
                let words = said_text(lang, &said);
                assert!(!words.contains("missing:") && !words.contains('$'), "{words}");
                let codes = ["category", "reason", "regions"];
                let codes = codes.iter().filter_map(|name| said.args.get(*name));
                for code in codes.filter(|code| code.contains('-') || lang == Lang::Ja) {
                    assert!(!words.contains(code), "{code} in {words}");
                }
            }
        }
    }

    #[test]
    fn an_empty_row_and_a_vain_search_say_how_far_the_data_reaches() {
        let none = Statement::NoneInClaimsTo(YearMonth::parse("2026-09").unwrap());
        assert_eq!(in_words(Lang::En, &none), "none in claims to 2026-09");
        assert_eq!(in_words(Lang::Ja, &none), "2026年9月診療分までのレセプトには見当たりません");
        let nobody = Statement::NotInThisNodesData(regions());
        assert!(
            in_words(Lang::En, &nobody)
                .starts_with("Not in this node's data for Toyama, Ishikawa.")
        );
        assert!(in_words(Lang::Ja, &nobody).contains("富山県、石川県のデータには見つかりません"));
    }

    #[test]
    fn supply_is_said_at_a_day_and_a_drill_stands_in_front() {
        let at = JstDate::parse("2026-10-31").unwrap();
        for statement in [Statement::InSupplyAt(at), Statement::SupplyEndedAt(at)] {
            assert!(in_words(Lang::Ja, &statement).starts_with("2026年10月31日 の時点では"));
            let english = in_words(Lang::En, &statement);
            assert!(english.ends_with("at 2026-10-31.") && !english.contains("today"));
        }
        assert!(in_words(Lang::Ja, &Statement::Drill).starts_with("【訓練】"));
        assert!(in_words(Lang::En, &Statement::Drill).starts_with("DRILL"));
    }
}
