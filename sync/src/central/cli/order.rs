//! `order`.

use serde_json::json;
use tomoshibi_policies::category::CARRIED;

use super::arguments::Order;
use super::centre::Centre;
use super::failure::Failure;
use super::report::Report;
use crate::central::orders::{self, Decision, Issued};

pub(super) fn run(centre: &Centre, options: Order) -> Result<Report, Failure> {
    let now = centre.now();
    let (folder, files, trust) = (&centre.folder, &centre.files, &centre.trust);
    let issued = match (options.extends, options.revokes, options.closes) {
        (Some(number), _, Some(closes)) => {
            orders::extend(folder, files, trust, number, closes.from(now), now)
        }
        (_, Some(number), _) => orders::revoke(folder, files, trust, number, now),
        _ => orders::issue(folder, files, trust, decision(options, now), now),
    }?;
    Ok(tell(&issued))
}

fn decision(options: Order, now: tomoshibi_policies::time::Timestamp) -> Decision {
    let opens_at = options.opens.from(now);
    let categories = match options.categories.as_slice() {
        [] => CARRIED.into_iter().collect(),
        some => some.iter().copied().collect(),
    };
    Decision {
        notice_id: options.notice.unwrap_or_default(),
        issuer: options.issuer,
        prefectures: options.prefectures.into_iter().collect(),
        municipalities: options.municipalities.into_iter().collect(),
        facilities: options.facilities.into_iter().collect(),
        opens_at,
        // Without an end the order is empty, and refused by that name.
        closes_at: options.closes.map_or(opens_at, |closes| closes.from(opens_at)),
        categories,
        vital_interest_allowed: options.vital_interest,
        consent_hours: options.consent_hours,
    }
}

fn tell(issued: &Issued) -> Report {
    let order = &issued.order;
    let report = json!({
        "order": issued.number,
        "digest": issued.digest.to_string(),
        "notice": order.notice_id,
        "number": order.number,
        "opens_at": order.opens_at.to_string(),
        "closes_at": order.closes_at.to_string(),
        "revokes": order.revokes,
        "extends": order.extends.map(|digest| digest.to_string()),
        "drill": order.drill,
    });
    let text = match order.revokes {
        true => format!("order {}: notice {} is revoked", issued.number, order.notice_id),
        false => format!(
            "order {}: notice {} opens from {} to {}",
            issued.number, order.notice_id, order.opens_at, order.closes_at,
        ),
    };
    Report::new(report, text)
}
