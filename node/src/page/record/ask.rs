//! Asking the desk for a record, and what a screen says when there is none to show.

use crate::desk::{DeskReply, DeskRequest};
use crate::failure::Failure;
use crate::page::answer::Answer;
use crate::page::visitor::Signed;
use crate::page::{Site, refusal, sessions};
use crate::view::RecordView;

/// Where a record goes.
#[derive(Clone, Copy)]
pub(super) enum Medium {
    Screen,
    Paper,
}

/// Everything the role may view of the person of a visit, as far as the rules permit it now.
pub(super) async fn record(
    site: &Site,
    signed: &Signed,
    visit: &str,
    medium: Medium,
) -> Result<Box<RecordView>, Answer> {
    let token = signed.token.clone();
    let request = DeskRequest::Visit { token: token.clone(), visit: visit.into() };
    let categories = match site.ask(request).await {
        Ok(DeskReply::Visit { visit }) => visit.may,
        other => return Err(failed(site, signed, visit, other)),
    };
    let (visit_id, purpose) = (visit.to_owned(), "care".to_owned());
    let request = match medium {
        Medium::Screen => DeskRequest::Look { token, visit: visit_id, categories, purpose },
        Medium::Paper => DeskRequest::Print { token, visit: visit_id, categories, purpose },
    };
    match site.ask(request).await {
        Ok(DeskReply::Record { record }) => Ok(record),
        other => Err(failed(site, signed, visit, other)),
    }
}

/// A refusal with the way back to the visit, where the next step is; to the search when there is no such visit.
pub(in crate::page) fn failed(
    site: &Site,
    signed: &Signed,
    visit: &str,
    reply: Result<DeskReply, Failure>,
) -> Answer {
    match reply {
        Ok(DeskReply::Denied { reasons }) => {
            refusal::denied(site, signed, &reasons, format!("/visit/{visit}"))
        }
        Ok(_) => refusal::screen(site, &signed.visitor, Some(signed), &sessions::unexpected()),
        Err(failure) => refusal::screen(site, &signed.visitor, Some(signed), &failure),
    }
}
