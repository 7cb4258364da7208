//! Categories of data on the wire, in manifests and orders.

use tomoshibi_policies::category::Category;

/// The number of a category in manifests and orders.
pub(crate) const fn category_number(category: Category) -> u8 {
    match category {
        Category::Eligibility => 1,
        Category::Medication => 2,
        Category::Checkup => 3,
        Category::Treatment => 4,
        Category::Prescription => 5,
    }
}

/// The category with this number.
pub(crate) fn read_category(number: u8) -> Option<Category> {
    Category::ALL.into_iter().find(|category| category_number(*category) == number)
}
