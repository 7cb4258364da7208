//! `control.sock`: how commands reach the process that owns the folder.
//!
//! JSON lines over a Unix socket of mode 0600 in a folder of mode 0700; who may open it may read the folder anyway, so
//! there is no other check. One request a line, each with an id; answers carry the id, progress lines come before the
//! last. A line has at most [`LINE_LEN_BYTES_MAX`] bytes; connections and their silence are bounded by the
//! configuration. Failures cross without words and are put into the reader's language at the other end.
//!
//! Danger: nothing that crosses here may hold anything of a patient; clients may log what they get.

mod address;
mod client;
mod message;
mod server;

pub use client::{CallError, Client};
pub use message::{
    Answer, AnswerLine, LINE_LEN_BYTES_MAX, Progress, Request, RequestLine, Response,
};
pub use server::{Handler, ProgressFn, bind, serve};
