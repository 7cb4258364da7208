//! `open`: by order and release.

use super::args::OpenArgs;
use super::ask::wrong_answer;
use super::{Context, Verdict, output};
use crate::control::{Request, Response};
use crate::failure::{Args, Failure};

pub(super) fn run(context: &Context, args: OpenArgs) -> Result<Verdict, Failure> {
    if args.code.is_none() && !args.fetch {
        return Err(output::wrong_use("open-arguments"));
    }
    let request = Request::Open { notice: args.order, code: args.code };
    let Response::Open(opened) = context.ask(request, &mut |_| ())? else {
        return Err(wrong_answer());
    };
    if context.output.json {
        context.output.json(&opened)?;
        return Ok(Verdict::Well);
    }
    let args = Args::from([
        ("notice".into(), opened.notice.as_str().into()),
        ("closes".into(), opened.closes_at.as_str().into()),
        ("snapshot".into(), opened.snapshot.as_str().into()),
        ("persons".into(), opened.persons.into()),
    ]);
    let id = if opened.drill { "open-done-drill" } else { "open-done" };
    context.output.say(id, &args)?;
    Ok(Verdict::Well)
}
