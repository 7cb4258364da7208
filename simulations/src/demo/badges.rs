//! Badges of a drill as people hold them: a QR picture, the text of it, and a sheet of all to print.
//!
//! Promises: the sheet needs nothing beside itself and loads nothing; every picture on it is marked as a drill. PINs
//! stand on no badge, because a badge that is lost must not open anything.

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use qrcode::render::svg;
use qrcode::types::QrError;
use qrcode::{EcLevel, QrCode};
use serde::Serialize;
use tomoshibi_node::failure::Args;
use tomoshibi_node::locale::Lang;
use tomoshibi_policies::ErrorClass;

use super::words::{text, word};

/// Side of a picture, in units of its own.
const PICTURE: u32 = 320;

/// Why badges cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum BadgesError {
    /// The text does not fit into a picture.
    #[error("the badge of {post} fits into no picture: {source}")]
    Picture {
        /// Whose.
        post: &'static str,
        /// Why.
        source: QrError,
    },
    /// The disk.
    #[error("badges cannot be written: {0}")]
    Io(#[from] io::Error),
}

impl BadgesError {
    /// How a caller should react.
    #[must_use]
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::Picture { .. } => ErrorClass::Internal,
            Self::Io(_) => ErrorClass::Transient,
        }
    }
}

/// What the centre printed of a badge.
#[derive(Clone, PartialEq, Eq)]
pub struct Issued {
    /// Its id, hexadecimal.
    pub id: String,
    /// Its text.
    pub text: String,
}

/// A badge and who holds it.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Badge {
    /// Names the post and the files.
    pub role: &'static str,
    /// Of the member of staff.
    pub name: String,
    /// None where nobody has set one yet.
    pub pin: Option<String>,
    /// File of the text, under the folder of badges.
    pub text_file: String,
    /// File of the picture, under the folder of badges.
    pub svg: String,
    #[serde(skip)]
    text: String,
}

// A badge and a PIN: never in Debug.
impl std::fmt::Debug for Badge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Badge({})", self.role)
    }
}

impl Badge {
    /// A badge whose PIN is set, or will be.
    #[must_use]
    pub fn new(role: &'static str, name: &str, issued: &Issued, pin: &str) -> Self {
        Self { pin: Some(pin.to_owned()), ..Self::without_pin(role, name, issued) }
    }

    /// A badge for which the holder sets a PIN.
    #[must_use]
    pub fn without_pin(role: &'static str, name: &str, issued: &Issued) -> Self {
        Self {
            role,
            name: name.to_owned(),
            pin: None,
            text_file: format!("{role}.txt"),
            svg: format!("{role}-{}.svg", name.replace(['　', ' '], "-")),
            text: issued.text.clone(),
        }
    }

    /// The badge with its files as paths in `folder`.
    #[must_use]
    pub fn under(self, folder: &Path) -> Self {
        let path = |file: &str| folder.join(file).display().to_string();
        Self { text_file: path(&self.text_file), svg: path(&self.svg), ..self }
    }

    fn picture(&self) -> Result<String, BadgesError> {
        let picture = |source| BadgesError::Picture { post: self.role, source };
        // A crumpled sheet must still be read.
        let code = QrCode::with_error_correction_level(&self.text, EcLevel::M).map_err(picture)?;
        Ok(code.render::<svg::Color<'_>>().min_dimensions(PICTURE, PICTURE).build())
    }
}

/// Writes text, picture and sheet of every badge into `folder`, which is for its owner alone.
///
/// # Errors
/// See [`BadgesError`].
pub fn write(folder: &Path, badges: &[Badge], lang: Lang) -> Result<(), BadgesError> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let mut cards = String::new();
    for badge in badges {
        let picture = badge.picture()?;
        fs::write(folder.join(&badge.text_file), format!("{}\n", badge.text))?;
        fs::write(folder.join(&badge.svg), &picture)?;
        // The sheet holds the picture itself, without the line that begins a file.
        let drawing = picture.find("<svg").and_then(|at| picture.get(at..)).unwrap_or_default();
        cards.push_str(&card(badge, drawing, lang));
    }
    fs::write(folder.join("index.html"), sheet(&cards, lang))?;
    Ok(())
}

fn card(badge: &Badge, drawing: &str, lang: Lang) -> String {
    let role = escaped(&word(lang, &format!("role-{}", badge.role)));
    let name = escaped(&badge.name);
    let mark = escaped(&word(lang, "sheet-mark"));
    format!(
        "<section><p class=\"mark\">{mark}</p>{drawing}<p class=\"name\">{name}</p><p>{role}</p></section>\n"
    )
}

fn sheet(cards: &str, lang: Lang) -> String {
    let title = escaped(&word(lang, "sheet-title"));
    let note = escaped(&text(lang, "sheet-note", &Args::new()));
    let lang = lang.as_str();
    format!(
        r#"<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>
@page {{ size: A4; margin: 12mm; }}
body {{ font-family: sans-serif; margin: 0 auto; max-width: 186mm; color: #000; background: #fff; }}
h1 {{ font-size: 16pt; text-align: center; border: 2pt solid #000; padding: 3mm; }}
main {{ display: grid; grid-template-columns: 1fr 1fr; gap: 6mm; }}
section {{ border: 1pt dashed #000; padding: 4mm; text-align: center; break-inside: avoid; }}
section svg {{ width: 62mm; height: 62mm; }}
p {{ margin: 1mm; }}
.mark {{ font-weight: bold; letter-spacing: 0.3em; }}
.name {{ font-size: 14pt; font-weight: bold; }}
</style>
</head>
<body>
<h1>{title}</h1>
<p>{note}</p>
<main>
{cards}</main>
</body>
</html>
"#
    )
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn badge(name: &str) -> Badge {
        let issued = Issued { id: "00".into(), text: "TMB1:SAMPLE".into() };
        Badge::new("doctor", name, &issued, "271828")
    }

    #[test]
    fn a_sheet_is_marked_loads_nothing_and_holds_no_pin() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("badges");
        write(&folder, &[badge("灯台　守"), badge("<b>&\"")], Lang::Ja).unwrap();
        let sheet = fs::read_to_string(folder.join("index.html")).unwrap();
        assert!(sheet.contains("DRILL") && sheet.contains("訓練"));
        assert_eq!(sheet.matches("<svg").count(), 2);
        assert!(sheet.contains("&lt;b&gt;&amp;&quot;") && !sheet.contains("<b>"));
        assert!(!sheet.contains("271828") && !sheet.contains("<script") && !sheet.contains("src="));
        let text = fs::read_to_string(folder.join("doctor.txt")).unwrap();
        assert_eq!(text, "TMB1:SAMPLE\n");
        let picture = fs::read_to_string(folder.join("doctor-灯台-守.svg")).unwrap();
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        assert!(picture.starts_with("<?xml") && picture.ends_with("</svg>"));
    }

    #[test]
    fn a_badge_never_shows_itself_in_debug() {
        assert_eq!(format!("{:?}", badge("灯台　守")), "Badge(doctor)");
    }
}
