//! A QR code as shapes that stand in a screen: no image is loaded and no style is written, which the page's own rules
//! forbid.

use qrcode::{Color, EcLevel, QrCode};

/// Empty modules around a code, without which scanners miss it (ISO/IEC 18004).
const QUIET: usize = 4;

/// A QR code: how many modules wide its picture is, and the dark ones as an SVG path.
pub(super) struct Qr {
    pub(super) width: usize,
    pub(super) path: String,
}

impl Qr {
    /// The code of a text, or none when it is too long for one. A quarter of it may be lost: paper gets wet and folded.
    pub(super) fn of(text: &str) -> Option<Self> {
        let code = [EcLevel::Q, EcLevel::M, EcLevel::L]
            .into_iter()
            .find_map(|level| QrCode::with_error_correction_level(text, level).ok())?;
        let width = code.width();
        let colors = code.to_colors();
        let rows = colors.chunks(width).enumerate();
        let path = rows.map(|(y, row)| dark_runs(row, y.saturating_add(QUIET))).collect();
        Some(Self { width: width.saturating_add(2 * QUIET), path })
    }
}

/// The dark runs of a row, one stroke each.
fn dark_runs(row: &[Color], y: usize) -> String {
    let mut x = QUIET;
    let mut path = String::new();
    for run in row.chunk_by(|a, b| a == b) {
        let len = run.len();
        if run.first() == Some(&Color::Dark) {
            path.push_str(&format!("M{x} {y}h{len}v1h-{len}z"));
        }
        x = x.saturating_add(len);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws the path on a grid again.
    fn dark(qr: &Qr) -> Vec<(usize, usize)> {
        let strokes = qr.path.split('M').skip(1);
        strokes
            .flat_map(|stroke| {
                let (at, rest) = stroke.split_once('h').unwrap();
                let (x, y) = at.split_once(' ').unwrap();
                let len: usize = rest.split_once('v').unwrap().0.parse().unwrap();
                let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
                (x..x + len).map(move |x| (x, y))
            })
            .collect()
    }

    #[test]
    fn the_picture_is_the_code_with_room_around_it() {
        let text = "TMS1:ABCDEF0123456789";
        let code = QrCode::with_error_correction_level(text, EcLevel::Q).unwrap();
        let qr = Qr::of(text).unwrap();
        assert_eq!(qr.width, code.width() + 8);
        let mut expected = Vec::new();
        for (place, color) in code.to_colors().iter().enumerate() {
            if *color == Color::Dark {
                expected.push((place % code.width() + 4, place / code.width() + 4));
            }
        }
        assert_eq!(dark(&qr), expected);
    }

    #[test]
    fn what_is_too_long_for_a_code_has_none() {
        assert!(Qr::of(&"A".repeat(4000)).is_some());
        assert!(Qr::of(&"A".repeat(5000)).is_none());
    }
}
