//! The page: what staff, officers and regional IT reach with a browser on the hospital's LAN, over HTTPS.
//!
//! Reading order: [`server`] (how it listens), [`visitor`] and [`posted`] (who asks, and may this form be taken),
//! [`frame`] (what every screen has), then one room a screen. Every room does the same three things: read the form, ask
//! the node through its `Handler`, put the answer into words. **No rule lives here**: the desk decides, for the page as
//! for the command line.
//!
//! Promises:
//! - nothing is loaded from elsewhere, no script is needed, and what is shown is never stored by a browser;
//! - nothing of a patient stands in an address, a title or the log;
//! - a form counts once, however often it is sent, and only when it came from a page of ours;
//! - a drill says so on every screen and every sheet.
//!
//! Not covered: passive listening on the LAN is TLS's business; a stolen unlocked tablet is the short session's.

mod answer;
mod assets;
pub mod certificate;
mod closing;
mod find;
mod frame;
mod home;
mod it;
mod language;
mod marks;
mod mine;
mod officer;
mod once;
mod posted;
mod qr;
mod rate;
mod record;
mod refusal;
mod routes;
mod server;
mod sessions;
mod sign_in;
mod site;
mod slip;
mod visit;
mod visitor;
mod vital;

pub use server::{Listening, bind};
use site::Site;
