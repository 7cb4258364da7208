//! Which field of a form an answer is about, and where the cursor stands.

/// The attributes that fields get. A form that was not sent yet only has its first field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Marks {
    field: &'static str,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    First,
    Asked,
    Wrong,
}

impl Marks {
    /// The cursor stands here, and that is all.
    pub(super) const fn first(field: &'static str) -> Self {
        Self { field, kind: Kind::First }
    }

    /// More is asked for here.
    pub(super) const fn asked(field: &'static str) -> Self {
        Self { field, kind: Kind::Asked }
    }

    /// What stands here was not taken.
    pub(super) const fn wrong(field: &'static str) -> Self {
        Self { field, kind: Kind::Wrong }
    }

    /// True when more is asked for in the field with this id.
    pub(super) fn is_asked(&self, id: &str) -> bool {
        self.field == id && self.kind == Kind::Asked
    }

    /// Attributes of the field with this id: its help, what was told about it, the cursor. Made of ids alone.
    pub(super) fn attributes(&self, id: &str) -> String {
        let told = if self.field == id && self.kind != Kind::First { " told" } else { "" };
        let wrong = self.field == id && self.kind == Kind::Wrong;
        let invalid = if wrong { " aria-invalid=\"true\"" } else { "" };
        let focus = if self.field == id { " autofocus" } else { "" };
        format!(" aria-describedby=\"{id}-help{told}\"{invalid}{focus}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_field_that_is_meant_is_marked() {
        for (marks, expected) in [
            (Marks::first("birth"), " aria-describedby=\"birth-help\" autofocus"),
            (Marks::asked("birth"), " aria-describedby=\"birth-help told\" autofocus"),
            (
                Marks::wrong("birth"),
                " aria-describedby=\"birth-help told\" aria-invalid=\"true\" autofocus",
            ),
            (Marks::wrong("name"), " aria-describedby=\"birth-help\""),
        ] {
            assert_eq!(marks.attributes("birth"), expected);
        }
        assert!(Marks::asked("name").is_asked("name") && !Marks::asked("name").is_asked("birth"));
        assert!(!Marks::wrong("name").is_asked("name"));
    }
}
