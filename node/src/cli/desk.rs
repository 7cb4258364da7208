//! Asking the desk from the command line. A PIN is read from standard input, never from an argument: arguments can be
//! seen by everybody on the machine.

use std::fs;
use std::io::{self, BufRead};
use std::path::Path;

use tomoshibi_policies::ErrorClass;
use zeroize::Zeroizing;

use super::Context;
use super::ask::wrong_answer;
use crate::control::{Request, Response};
use crate::desk::{DeskReply, DeskRequest};
use crate::failure::Failure;

const BADGE_LEN_BYTES_MAX: usize = 4096;

impl Context {
    pub(super) fn ask_desk(&self, request: DeskRequest) -> Result<DeskReply, Failure> {
        match self.ask(Request::Desk { request }, &mut |_| ())? {
            Response::Desk(reply) => Ok(*reply),
            _ => Err(wrong_answer()),
        }
    }

    /// Signs in with the badge in a file and the next PIN of standard input; returns the token.
    pub(super) fn sign_in(&self, badge: &Path) -> Result<String, Failure> {
        let (badge, pin) = (read_badge(badge)?, read_pin()?);
        match self.ask_desk(DeskRequest::SignIn { badge, pin: pin.to_string() })? {
            DeskReply::SignedIn { token, .. } => Ok(token),
            _ => Err(wrong_answer()),
        }
    }
}

/// The text of a badge in a file, as a scanner would type it.
pub(super) fn read_badge(path: &Path) -> Result<String, Failure> {
    let unread = |cause: String| {
        let path = path.display().to_string();
        Failure::new(ErrorClass::NotFound, "badge-file").with("path", path).with("cause", cause)
    };
    let text = fs::read_to_string(path).map_err(|error| unread(error.to_string()))?;
    if text.len() > BADGE_LEN_BYTES_MAX {
        return Err(unread("longer than any badge".into()));
    }
    Ok(text.trim().to_owned())
}

/// The next line of standard input.
pub(super) fn read_pin() -> Result<Zeroizing<String>, Failure> {
    let mut pin = Zeroizing::new(String::new());
    let read = io::stdin().lock().read_line(&mut pin);
    match read {
        Ok(len) if len > 0 => Ok(Zeroizing::new(pin.trim().to_owned())),
        _ => Err(Failure::new(ErrorClass::Invalid, "pin-form")),
    }
}
