//! The rules of Tomoshibi.

#![no_std]

extern crate alloc;
