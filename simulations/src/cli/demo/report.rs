//! What a demo prints at its end.

use std::io::{self, Write};

use serde_json::{Value, json};
use tomoshibi_node::failure::Args;
use tomoshibi_node::locale::Lang;

use crate::demo::accounts::Account;
use crate::demo::script::Report;
use crate::demo::summary::Summary;
use crate::demo::words::{text, word};

pub(super) fn print(report: &Report, lang: Lang, json: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match (&report.account, json) {
        (None, true) => writeln!(out, "{}", serde_json::to_string(&report.summary)?),
        (None, false) => summary(&mut out, &report.summary),
        (Some(account), true) => writeln!(out, "{}", walk_json(&report.summary, account)),
        (Some(account), false) => walk(&mut out, &report.summary, account, lang),
    }
}

fn summary(out: &mut impl Write, summary: &Summary) -> io::Result<()> {
    let lookups = &summary.lookups;
    writeln!(
        out,
        "{} people, {} items in {} segments, {} bytes sealed",
        summary.people, summary.items, summary.segments, summary.bytes
    )?;
    writeln!(
        out,
        "{} look-ups: {} permitted, {} denied, {} not found, {} several; {} wrong answers",
        lookups.total(),
        lookups.permitted,
        lookups.denied,
        lookups.not_found,
        lookups.several,
        summary.wrong_answers
    )?;
    let entries = &summary.entries;
    writeln!(out, "{} journal entries, {} acknowledged", entries.journalled, entries.acknowledged)
}

fn walk_json(summary: &Summary, account: &Account) -> Value {
    json!({
        "people": summary.people,
        "seed": summary.seed,
        "entries": summary.entries,
        "account": account,
        "failures": summary.failures,
        "seconds": summary.seconds,
    })
}

fn walk(out: &mut impl Write, summary: &Summary, account: &Account, lang: Lang) -> io::Result<()> {
    let entries = &summary.entries;
    let number = |name: &str, number: u64| (name.to_owned(), number.into());
    let is_well = entries.journalled == entries.acknowledged;
    let lines = [
        (
            "account-entries",
            vec![
                number("entries", account.entries),
                number("journalled", entries.journalled),
                number("acknowledged", entries.acknowledged),
            ],
        ),
        ("account-looks", vec![("looks".to_owned(), looks(account, lang).into())]),
        (
            "account-denials",
            vec![number("denials", account.denials), number("refused", account.refused_sign_ins)],
        ),
        ("account-overrides", vec![number("overrides", account.overrides)]),
        ("account-closings", vec![number("closings", account.closings)]),
        ("account-left-out", vec![number("count", account.left_out)]),
        (if is_well { "account-well" } else { "account-lacking" }, vec![]),
    ];
    for (id, args) in lines {
        writeln!(out, "{}", text(lang, id, &Args::from_iter(args)))?;
    }
    Ok(())
}

fn looks(account: &Account, lang: Lang) -> String {
    if account.looks.is_empty() {
        return word(lang, "account-none");
    }
    let look = |(role, count): (&String, &u64)| {
        let role = word(lang, &format!("role-{role}"));
        let args =
            Args::from([("role".to_owned(), role.into()), ("count".to_owned(), (*count).into())]);
        text(lang, "account-look", &args)
    };
    account.looks.iter().map(look).collect::<Vec<_>>().join(" / ")
}
