//! Those to whom a demo speaks.

/// What a demo tells, and what it may be told.
pub trait Audience {
    /// How many stages there will be.
    fn stages(&mut self, count: usize);

    /// A stage begins.
    fn stage(&mut self, words: &str);

    /// A line beside the stages: what went wrong, what is waited for.
    fn say(&mut self, words: &str);

    /// A result, of one line or many.
    fn tell(&mut self, text: &str);

    /// True once somebody has asked for the end.
    fn is_asked_to_end(&self) -> bool;
}
