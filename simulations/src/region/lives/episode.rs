//! Acute episodes: colds, injuries, infections, teeth.

use crate::region::lives::condition::{Dose, Intake, UNIT, oral, other};

/// Where an episode is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Clinic,
    Dentist,
}

/// Something a facility gives on the spot.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Administered {
    pub(crate) ingredient: &'static str,
    /// Hundred-thousandths.
    pub(crate) amount: u32,
    /// 診療識別: 31, 33 injection, 40 treatment, 60 tests, 70 imaging.
    pub(crate) identification: &'static str,
    /// The act that stands before it, when the receipt names one.
    pub(crate) act: Option<u32>,
}

/// One kind of episode.
pub(crate) struct Episode {
    pub(crate) weight: u32,
    pub(crate) place: Place,
    /// Days of supply.
    pub(crate) days: u32,
    pub(crate) doses: &'static [Dose],
    pub(crate) administered: &'static [Administered],
}

/// A drug of the first strength, taken by mouth.
const fn first(ingredient: &'static str, tablets: u32, usage: u16) -> Dose {
    oral(ingredient, 0, tablets, usage)
}

const fn given(
    ingredient: &'static str,
    amount: u32,
    identification: &'static str,
    act: Option<u32>,
) -> Administered {
    Administered { ingredient, amount, identification, act }
}

/// Intramuscular injection; drip.
const ACT_INJECTION: Option<u32> = Some(130_000_510);
const ACT_TREATMENT: Option<u32> = Some(140_000_610);

/// All episodes.
#[rustfmt::skip]
pub(crate) const EPISODES: &[Episode] = &[
    Episode { weight: 30, place: Place::Clinic, days: 5, administered: &[], doses: &[
        first("dextro", 3, 3), first("carboci", 3, 3), other(Intake::AsNeeded, "acetami", 2, "発熱時　１回２錠"),
    ]},
    Episode { weight: 15, place: Place::Clinic, days: 7, administered: &[], doses: &[first("kakkon", 3, 3), first("fexofe", 2, 18)] },
    Episode { weight: 14, place: Place::Clinic, days: 5, administered: &[], doses: &[first("clarithro", 2, 18), first("rebami", 3, 3)] },
    Episode { weight: 12, place: Place::Clinic, days: 7, administered: &[given("mecobainj", UNIT, "31", ACT_INJECTION)], doses: &[
        other(Intake::External, "loxotape", 21, "１日１回　患部に貼付"), other(Intake::AsNeeded, "oldpain", 1, "疼痛時　１回１錠"),
    ]},
    Episode { weight: 8, place: Place::Clinic, days: 3, administered: &[given("ceftri", UNIT, "33", None), given("saline", UNIT, "33", None)], doses: &[first("levoflo", 1, 6)] },
    Episode { weight: 5, place: Place::Clinic, days: 5, administered: &[given("lido", UNIT / 2, "40", ACT_TREATMENT)], doses: &[first("cefca", 3, 3)] },
    Episode { weight: 3, place: Place::Clinic, days: 0, administered: &[given("iohexo", UNIT, "70", None)], doses: &[] },
    Episode { weight: 2, place: Place::Clinic, days: 5, administered: &[given("betame", UNIT, "31", ACT_INJECTION)], doses: &[first("predni", 4, 6)] },
    Episode { weight: 14, place: Place::Dentist, days: 3, administered: &[], doses: &[
        first("amoxi", 3, 3), other(Intake::AsNeeded, "loxo", 1, "疼痛時　１回１錠"),
    ]},
];
