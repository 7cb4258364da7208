//! `page`: where tablets reach the node, and the root certificate that they have to trust.

use tomoshibi_policies::ErrorClass;

use super::args::PageArgs;
use super::{Context, Verdict};
use crate::config::{Config, PageConfig};
use crate::failure::{Args, Failure};
use crate::page::certificate;

pub(super) fn run(context: &Context, args: &PageArgs) -> Result<Verdict, Failure> {
    let config = Config::load(&*context.seams.files, &context.folder.config())?;
    let page = config.page.ok_or_else(|| Failure::new(ErrorClass::NotFound, "page-not-set"))?;
    let (pem, fingerprint) = certificate::root(&context.folder, &context.seams)?;
    let path = context.folder.page_root().display().to_string();
    if context.output.json {
        context.output.json(&serde_json::json!({
            "urls": page.urls(),
            "root": path,
            "fingerprint": fingerprint,
            "pem": args.root.then_some(pem),
        }))?;
    } else if args.root {
        context.output.line(pem.trim_end())?;
    } else {
        tell(context, &page, path, fingerprint)?;
    }
    Ok(Verdict::Well)
}

fn tell(
    context: &Context,
    page: &PageConfig,
    path: String,
    fingerprint: String,
) -> Result<(), Failure> {
    let say = |id, name: &str, value: String| {
        context.output.say(id, &Args::from([(name.to_owned(), value.into())]))
    };
    match page.listen.port() {
        0 => page.hosts().into_iter().try_for_each(|host| say("page-shown-any-port", "name", host)),
        _ => page.urls().into_iter().try_for_each(|url| say("page-shown-address", "url", url)),
    }?;
    say("page-shown-root", "path", path)?;
    say("page-shown-fingerprint", "fingerprint", fingerprint)
}
