//! What one generation fixes for everybody: seed, the days that matter, insurers, drugs.

use super::RegionParameters;
use super::calendar::{Day, Month};
use super::drugs::{Product, products};
use super::lives::insurer::{Insurer, InsurerKind, insurers};

/// The constants of one region.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) people: u32,
    pub(crate) as_of: Day,
    /// First and last treatment month of the claims.
    pub(crate) first_month: Month,
    pub(crate) last_month: Month,
    /// Days of the two eligibility deliveries; the second is also the day at which ages are meant.
    pub(crate) deliveries: [Day; 2],
    pub(crate) insurers: Vec<Insurer>,
    pub(crate) products: Vec<Product>,
}

impl World {
    /// The constants that follow from the parameters.
    pub(crate) fn new(parameters: &RegionParameters) -> Self {
        let filing_month = parameters.as_of.month();
        let last_month = filing_month.plus(-1);
        Self {
            seed: parameters.seed,
            people: parameters.people,
            as_of: parameters.as_of,
            first_month: last_month.plus(1 - i32::try_from(parameters.months).unwrap_or(1)),
            last_month,
            deliveries: [last_month.first(), filing_month.first()],
            insurers: insurers(),
            products: products(),
        }
    }

    /// The day lives are told to: nothing but filing happens after it.
    pub(crate) fn today(&self) -> Day {
        self.deliveries[1]
    }

    /// The last month in which claims may be filed.
    pub(crate) fn filing_horizon(&self) -> Month {
        self.as_of.month()
    }

    /// An insurer by its place in the table.
    #[expect(clippy::indexing_slicing, reason = "coverages hold places that insurer_of() gave")]
    pub(crate) fn insurer(&self, index: usize) -> &Insurer {
        &self.insurers[index]
    }

    /// The place of an insurer in the table; the first one if the kind has none.
    pub(crate) fn insurer_of(&self, kind: InsurerKind) -> usize {
        self.insurers.iter().position(|insurer| insurer.kind == kind).unwrap_or(0)
    }
}
