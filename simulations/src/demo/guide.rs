//! What people who walk in are told, from the invitation and the catalogues.

use tomoshibi_node::failure::Args;
use tomoshibi_node::locale::Lang;

use super::badges::Badge;
use super::invitation::{Expect, Fact, Invitation, Told, Typed};
use super::words;

/// The whole of it.
#[must_use]
pub fn text(invitation: &Invitation, lang: Lang) -> String {
    let mut guide = Guide { lang, lines: Vec::new() };
    guide.part("guide-title", [("people", invitation.people.to_string())]);
    guide.address(invitation);
    guide.badges(invitation);
    guide.part("guide-examples", [("seed", invitation.seed.to_string())]);
    for told in &invitation.examples {
        guide.example(told);
    }
    let node = &invitation.node_b;
    guide.part(
        "guide-second",
        [
            ("address", node.address.clone()),
            ("code", node.code.clone()),
            ("file", node.badge.text_file.clone()),
            ("name", node.badge.name.clone()),
        ],
    );
    guide.part("guide-end", []);
    guide.lines.join("\n")
}

struct Guide {
    lang: Lang,
    lines: Vec<String>,
}

impl Guide {
    fn say<const N: usize>(&mut self, indent: usize, id: &str, args: [(&str, String); N]) {
        let args: Args =
            args.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        let text = words::text(self.lang, id, &args);
        self.lines.extend(text.lines().map(|line| format!("{:indent$}{line}", "")));
    }

    /// Begins a new part.
    fn part<const N: usize>(&mut self, id: &str, args: [(&str, String); N]) {
        self.lines.push(String::new());
        self.say(0, id, args);
    }

    fn word(&self, id: &str) -> String {
        words::word(self.lang, id)
    }

    fn address(&mut self, invitation: &Invitation) {
        self.part("guide-address", [("address", invitation.address.clone())]);
        let root = invitation.page_root.display().to_string();
        let second_root = invitation.node_b.page_root.display().to_string();
        self.say(0, "guide-trust", [("root", root), ("second", second_root)]);
        if let Some(fingerprint) = &invitation.fingerprint {
            self.say(0, "guide-fingerprint", [("fingerprint", fingerprint.clone())]);
        }
        self.say(0, "guide-skip", []);
        for id in ["guide-chrome", "guide-firefox", "guide-safari"] {
            self.say(2, id, []);
        }
    }

    fn badges(&mut self, invitation: &Invitation) {
        let folder = invitation.badge_folder.join("index.html").display().to_string();
        self.part("guide-badges", [("sheet", folder)]);
        for badge in &invitation.badges {
            self.badge(badge);
        }
    }

    fn badge(&mut self, badge: &Badge) {
        self.say(
            2,
            "guide-badge",
            [
                ("name", badge.name.clone()),
                ("role", self.word(&format!("role-{}", badge.role))),
                ("pin", badge.pin.clone().unwrap_or_default()),
                ("file", badge.text_file.clone()),
            ],
        );
    }

    fn example(&mut self, told: &Told) {
        self.part("guide-example", [("title", self.word(&format!("example-{}", told.key)))]);
        let typed = self.typed(&told.typed);
        self.say(4, "guide-type", [("fields", typed)]);
        match &told.expect {
            Expect::Several { ask, next, .. } => {
                let (ask, next) = (self.word(&format!("ask-{ask}")), self.typed(next));
                self.say(4, "guide-several", [("ask", ask), ("fields", next)]);
            }
            Expect::One(_) => {}
            Expect::None => self.say(4, "guide-nobody", []),
        }
        if let Some(fact) = &told.confirm {
            self.fact(fact);
        }
        self.expect(told);
    }

    fn fact(&mut self, fact: &Fact) {
        self.say(
            4,
            "guide-confirm",
            [("fact", self.word(&format!("fact-{}", fact.fact))), ("said", fact.said.clone())],
        );
    }

    /// What is worth seeing about it.
    fn expect(&mut self, told: &Told) {
        let Some(person) = told.person() else { return };
        let dangers: Vec<String> =
            person.dangers.iter().map(|danger| self.word(&danger_id(danger))).collect();
        self.say(
            4,
            &format!("expect-{}", told.key),
            [
                ("name", person.registered_name.clone()),
                ("kana", person.registered_kana.clone()),
                ("dangers", dangers.join(separator(self.lang))),
            ],
        );
    }

    fn typed(&self, typed: &Typed) -> String {
        let fields: Vec<(&str, &str)> = match typed {
            Typed::Name(fields) => vec![
                ("name", &fields.name),
                ("birth", &fields.birth),
                ("sex", if fields.sex == "1" { "sex-1" } else { "sex-2" }),
                ("address", fields.address.as_deref().unwrap_or_default()),
                ("insurer", fields.insurer.as_deref().unwrap_or_default()),
            ],
            Typed::Number(fields) => vec![
                ("insurer", &fields.insurer),
                ("symbol", &fields.symbol),
                ("number", &fields.number),
                ("branch", fields.branch.as_deref().unwrap_or_default()),
                ("birth", &fields.birth),
            ],
        };
        let said =
            fields.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| {
                let value = if name == "sex" { self.word(value) } else { value.to_owned() };
                format!("{} {value}", self.word(&format!("field-{name}")))
            });
        said.collect::<Vec<_>>().join(" / ")
    }
}

/// The truth's tags have underscores, ids have none.
fn danger_id(tag: &str) -> String {
    format!("danger-{}", tag.replace('_', "-"))
}

const fn separator(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => "、",
        Lang::En => ", ",
    }
}
