//! `lookup`: the whole use case in one command, for drills and for the console. The page does the same step by step.

use tomoshibi_policies::ErrorClass;

use super::args::LookupArgs;
use super::ask::wrong_answer;
use super::{Context, Verdict, output};
use crate::desk::{ConsentForm, DeskReply, DeskRequest, FindReply, NameFields, NumberFields};
use crate::failure::{Args, Failure};
use crate::locale::text;
use crate::view::{RecordView, Said};

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
    let visit = match &found {
        DeskReply::Found { outcome: FindReply::One { visit, .. } } => visit.clone(),
        _ => return tell(context, &found),
    };
    let token = || token.to_owned();
    if let Some(confirm) = confirm {
        let (fact, said) =
            confirm.split_once('=').ok_or_else(|| output::wrong_use("lookup-arguments"))?;
        let (fact, said, visit) = (fact.into(), said.into(), visit.clone());
        context.ask_desk(DeskRequest::ConfirmIdentity { token: token(), visit, by, fact, said })?;
    }
    if let Some(form) = consent {
        let form = consent_form(&form).ok_or_else(|| output::wrong_use("lookup-arguments"))?;
        context.ask_desk(DeskRequest::Consent { token: token(), visit: visit.clone(), form })?;
    }
    let purpose = "care".into();
    let request = DeskRequest::Look { token: token(), visit, categories: show, purpose };
    tell(context, &context.ask_desk(request)?)
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

fn consent_form(word: &str) -> Option<ConsentForm> {
    match word {
        "oral" => Some(ConsentForm::Oral),
        "written" => Some(ConsentForm::Written),
        "proxy" => Some(ConsentForm::Proxy),
        "refused" => Some(ConsentForm::Refused),
        _ => None,
    }
}

fn tell(context: &Context, reply: &DeskReply) -> Result<Verdict, Failure> {
    if context.output.json {
        context.output.json(reply)?;
    } else {
        tell_in_words(context, reply)?;
    }
    match reply {
        DeskReply::Denied { reasons } => {
            let reason = reasons.first().cloned().unwrap_or_default();
            Err(Failure::new(ErrorClass::Denied, "look-denied").with("reason", reason))
        }
        _ => Ok(Verdict::Well),
    }
}

fn tell_in_words(context: &Context, reply: &DeskReply) -> Result<(), Failure> {
    let output = context.output;
    match reply {
        DeskReply::Found { outcome: FindReply::None { regions } } => {
            let regions: Vec<_> = regions.iter().map(ToString::to_string).collect();
            let args = Args::from([("regions".into(), regions.join(" ").into())]);
            output.say("not-in-this-nodes-data", &args)
        }
        DeskReply::Found { outcome: FindReply::Several { ask } } => {
            let ask = text(output.lang, &format!("ask-{ask}"), &Args::new());
            output.say("several-found", &Args::from([("ask".into(), ask.into())]))
        }
        DeskReply::Record { record } => tell_record(context, record),
        DeskReply::Denied { .. } => Ok(()),
        _ => Err(wrong_answer()),
    }
}

fn tell_record(context: &Context, record: &RecordView) -> Result<(), Failure> {
    let output = context.output;
    for said in &record.statements {
        say(context, said)?;
    }
    for name in &record.subject.names {
        let written = name.written.as_deref().unwrap_or_default();
        let reading = name.reading.as_deref().unwrap_or_default();
        output.line(&format!("{written}　{reading}"))?;
    }
    if let Some(birth) = &record.subject.birth_date {
        output.line(birth)?;
    }
    for coverage in record.eligibility.iter().flatten() {
        let field = |text: &Option<String>| text.clone().unwrap_or_default();
        let parts =
            [&coverage.insurer_number, &coverage.symbol, &coverage.number, &coverage.branch];
        output.line(&parts.map(field).join(" "))?;
    }
    for row in record.medication.iter().flat_map(|medication| &medication.first) {
        let class = text(output.lang, &row.class, &Args::new());
        match &row.empty {
            Some(said) => output.line(&format!("{class}: {}", words(context, said)))?,
            None => output.line(&format!("{class}: !! {}", row.lines.len()))?,
        }
    }
    for line in record.medication.iter().flat_map(|medication| &medication.lines) {
        let field = |text: &Option<String>| text.clone().unwrap_or_default();
        let (amount, unit) = (field(&line.amount), field(&line.unit));
        let name = line.drug_name.clone().unwrap_or_else(|| line.drug_code.clone());
        let times = line.times.map(|times| times.to_string()).unwrap_or_default();
        output.line(&format!("{} {name} {amount}{unit} ×{times}", field(&line.dispensed)))?;
    }
    for checkup in record.checkups.iter().flat_map(|checkups| &checkups.checkups) {
        output.line(&checkup.exam_date)?;
        for item in checkup.first.iter().flat_map(|row| &row.items) {
            let Some(item) = checkup.items.get(*item) else { continue };
            let field = |text: &Option<String>| text.clone().unwrap_or_default();
            let name = item.name.clone().unwrap_or_else(|| item.code.clone());
            output.line(&format!("  {name}: {} {}", field(&item.value), field(&item.unit)))?;
        }
    }
    Ok(())
}

fn say(context: &Context, said: &Said) -> Result<(), Failure> {
    context.output.line(&words(context, said))
}

fn words(context: &Context, said: &Said) -> String {
    let args =
        said.args.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
    text(context.output.lang, &said.id, &args)
}
