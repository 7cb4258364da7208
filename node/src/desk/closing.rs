//! Whether a member of staff may close the node. Closes nothing: who asks does that next, with this answer.

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::closing::may_close;
use tomoshibi_policies::vital_interest::Confirmation;
use tomoshibi_sync::journal::{Event, Text};

use super::{Caller, Desk, DeskReply, Second, word};
use crate::failure::Failure;

impl Desk {
    pub(super) fn may_close(&self, token: &str, second: &Second) -> Result<DeskReply, Failure> {
        let caller = self.caller(token)?;
        let confirmation = self.confirmation(second, caller.now)?;
        let others = self.others_signed_in(&caller);
        let permitted = may_close(caller.badge.id, caller.badge.role, confirmation, &others);
        match permitted {
            Ok(()) => self.note_close(&caller, "close-permitted", &said(confirmation))?,
            Err(refusal) => self.note_close(&caller, "close-refused", refusal.code())?,
        }
        permitted
            .map(|()| DeskReply::Done)
            .map_err(|refusal| Failure::new(refusal.class(), refusal.code()))
    }

    /// The operator here is a badge, not an account on the host.
    fn note_close(&self, caller: &Caller, act: &str, detail: &str) -> Result<(), Failure> {
        let operator = format!("badge {}", caller.badge.id);
        let event = Event::OperatorAct {
            act: word(act),
            operator: text(&operator)?,
            detail: text(detail)?,
        };
        self.record(&event, caller.now)
    }
}

fn said(confirmation: Confirmation) -> String {
    match confirmation {
        Confirmation::Second(badge) => format!("confirmed by badge {badge}"),
        Confirmation::SpokenAlone => "alone".into(),
        Confirmation::Missing => String::new(),
    }
}

/// Badges in hexadecimal and codes: always short enough.
fn text(text: &str) -> Result<Text, Failure> {
    Text::new(text).map_err(|_| Failure::new(ErrorClass::Internal, "journal-not-written"))
}
