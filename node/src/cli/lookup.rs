//! `lookup`: the whole use case in one command, for drills and for the console. The page does the same step by step.

mod medical;
mod record;

use tomoshibi_policies::ErrorClass;

use super::args::LookupArgs;
use super::ask::wrong_answer;
use super::{Context, Verdict, output};
use crate::desk::{ConsentForm, DeskReply, DeskRequest, FindReply, NameFields, NumberFields};
use crate::failure::Failure;
use crate::locale::{Words, none_found_text, not_fitting_text, one_found_text, several_found_text};

pub(super) fn run(context: &Context, args: LookupArgs) -> Result<Verdict, Failure> {
    let token = context.sign_in(&args.badge)?;
    let looked = look(context, &token, args);
    // Whatever came of it, nobody stays signed in at a console.
    context.ask_desk(DeskRequest::SignOut { token })?;
    looked
}

fn look(context: &Context, token: &str, args: LookupArgs) -> Result<Verdict, Failure> {
    let (confirm, consent, by) = (args.confirm.clone(), args.consent.clone(), args.by.clone());
    let show = args.show.clone();
    let found = context.ask_desk(find(token, args)?)?;
    let DeskReply::Found { outcome: FindReply::One { visit, .. } } = &found else {
        return tell(context, &found);
    };
    if !context.output.json {
        tell_in_words(context, &found)?;
    }
    if let Some(confirm) = confirm {
        confirm_identity(context, token, visit, by, &confirm)?;
    }
    if let Some(form) = consent {
        let form =
            ConsentForm::from_word(&form).ok_or_else(|| output::wrong_use("lookup-arguments"))?;
        let (token, visit) = (token.to_owned(), visit.clone());
        context.ask_desk(DeskRequest::Consent { token, visit, form })?;
    }
    let (token, visit, purpose) = (token.to_owned(), visit.clone(), "care".into());
    let request = DeskRequest::Look { token, visit, categories: show, purpose };
    tell(context, &context.ask_desk(request)?)
}

fn confirm_identity(
    context: &Context,
    token: &str,
    visit: &str,
    by: String,
    confirm: &str,
) -> Result<(), Failure> {
    let (fact, said) =
        confirm.split_once('=').ok_or_else(|| output::wrong_use("lookup-arguments"))?;
    let (token, visit, fact, said) = (token.into(), visit.into(), fact.into(), said.into());
    let reply = context.ask_desk(DeskRequest::ConfirmIdentity { token, visit, by, fact, said })?;
    if context.output.json { Ok(()) } else { tell_in_words(context, &reply) }
}

fn find(token: &str, args: LookupArgs) -> Result<DeskRequest, Failure> {
    let wrong_use = || output::wrong_use("lookup-arguments");
    let (token, birth) = (token.to_owned(), args.birth);
    if let Some(number) = args.number {
        let insurer = args.insurer.ok_or_else(wrong_use)?;
        let (symbol, branch) = (args.symbol.unwrap_or_default(), args.branch);
        let fields = NumberFields { insurer, symbol, number, branch, birth };
        return Ok(DeskRequest::FindByNumber { token, fields });
    }
    let name = args.name.ok_or_else(wrong_use)?;
    let sex = args.sex.ok_or_else(wrong_use)?;
    let fields = NameFields { name, birth, sex, address: args.address, insurer: args.insurer };
    Ok(DeskRequest::FindByName { token, fields })
}

fn tell(context: &Context, reply: &DeskReply) -> Result<Verdict, Failure> {
    if context.output.json {
        context.output.json(reply)?;
    } else {
        tell_in_words(context, reply)?;
    }
    match reply {
        DeskReply::Denied { reasons } => Err(denied(Words(context.output.lang), reasons)),
        _ => Ok(Verdict::Well),
    }
}

fn tell_in_words(context: &Context, reply: &DeskReply) -> Result<(), Failure> {
    let lines = lines(Words(context.output.lang), reply).ok_or_else(wrong_answer)?;
    // Whatever a register holds, it stays on its line and steers no terminal.
    lines.iter().try_for_each(|line| context.output.line(&line.replace(char::is_control, " ")))
}

/// Every reason in words, the leading one first, and its code for programs.
fn denied(words: Words, reasons: &[String]) -> Failure {
    let all: Vec<_> = reasons.iter().map(|reason| words.of(&format!("deny-{reason}"))).collect();
    let leading = reasons.first().cloned().unwrap_or_default();
    Failure::new(ErrorClass::Denied, "look-denied")
        .with("reason", leading)
        .with("words", all.join(" "))
}

/// A reply in lines; none for a reply to something that was not asked.
fn lines(words: Words, reply: &DeskReply) -> Option<Vec<String>> {
    Some(match reply {
        DeskReply::Found { outcome } => found_lines(words, outcome),
        DeskReply::Identity { confirmed: true, .. } => vec![words.of("identity-confirmed")],
        DeskReply::Identity { confirmed: false, attempts_left } => {
            vec![not_fitting_text(words.0, *attempts_left)]
        }
        DeskReply::Record { record } => record::lines(words, record),
        // The failure that follows tells the reasons.
        DeskReply::Denied { .. } => Vec::new(),
        _ => return None,
    })
}

fn found_lines(words: Words, outcome: &FindReply) -> Vec<String> {
    match outcome {
        FindReply::None { regions } => vec![none_found_text(words.0, regions)],
        FindReply::Several { ask } => vec![several_found_text(words.0, ask)],
        FindReply::One { matched, needs_spoken_confirmation, facts, .. } => {
            let loose = needs_spoken_confirmation.then(|| words.of("found-loose"));
            let fact = |fact: &String| format!("{fact}={}", words.of(&format!("fact-{fact}")));
            let facts = words.list(facts.iter().map(fact));
            let facts =
                (!facts.is_empty()).then(|| words.with("confirm-with", [("facts", facts.into())]));
            [Some(one_found_text(words.0, matched)), loose, facts].into_iter().flatten().collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::{Lang, failure_text};

    fn found(lang: Lang, outcome: FindReply) -> String {
        lines(Words(lang), &DeskReply::Found { outcome }).unwrap().join("\n")
    }

    #[test]
    fn a_vain_search_names_the_prefectures_and_a_crowd_names_the_next_question() {
        let none = found(Lang::En, FindReply::None { regions: vec![1, 17] });
        assert!(none.starts_with("Not in this node's data for Hokkaido, Ishikawa."), "{none}");
        let several = found(Lang::Ja, FindReply::Several { ask: "kana-name".into() });
        assert!(several.ends_with("氏名の読み（カナ）"), "{several}");
    }

    #[test]
    fn one_found_is_explained_and_never_called_identified() {
        let one = |loose| FindReply::One {
            visit: "0".repeat(32),
            matched: vec!["kana-wide".into(), "insurer-differs".into()],
            needs_spoken_confirmation: loose,
            facts: vec!["postal-code".into()],
        };
        let loose = found(Lang::Ja, one(true));
        assert!(loose.contains("カナ氏名がほぼ一致、保険者は一致しません"), "{loose}");
        assert!(loose.contains("まだ本人と確かめたことにはなりません"), "{loose}");
        assert!(loose.contains("声に出して") && loose.contains("postal-code=住所の郵便番号"));
        assert!(!found(Lang::Ja, one(false)).contains("声に出して"));
    }

    #[test]
    fn a_denial_tells_every_reason_in_words_and_returns_three() {
        let reasons = ["no-consent".to_owned(), "badge-expired".to_owned()];
        let failure = denied(Words(Lang::Ja), &reasons);
        let text = failure_text(Lang::Ja, &failure);
        assert!(text.contains("患者の同意がありません。 職員証が有効期間の外です。"), "{text}");
        assert_eq!(failure.exit_code(), 3);
    }
}
