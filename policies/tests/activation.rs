//! What may follow what when a node opens, is extended and closes.

#![expect(clippy::unwrap_used, reason = "tests")]

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::activation::{
    Activation, ActivationError, ActivationEvent, ActivationState, Area, ClosingReason,
    ClosingWarning, OpenedBy, OrderTerms, SiteFacts, TermsError,
};
use tomoshibi_policies::category::Category;
use tomoshibi_policies::record::FacilityCode;
use tomoshibi_policies::time::{JstDate, Period, Timestamp};

fn day(day: u32) -> Timestamp {
    JstDate::from_ymd(2024, 1, day).unwrap().start()
}

fn facility() -> FacilityCode {
    FacilityCode::parse("1711234567").unwrap()
}

fn site() -> SiteFacts {
    SiteFacts { facility: facility(), municipality: Some(17204) }
}

/// From 00:00 of `from` until 00:00 of `until`, for the municipality of the site.
fn terms(notice_id: &str, from: u32, until: u32) -> OrderTerms {
    OrderTerms {
        notice_id: notice_id.into(),
        area: Area { municipalities: [17204].into(), ..Area::default() },
        facilities: Vec::new(),
        period: Period { from: day(from), until: day(until) },
        categories: vec![Category::Eligibility, Category::Medication],
        vital_interest_allowed: true,
        consent_hours: 24,
        drill: false,
    }
}

fn opened(terms: OrderTerms, by: OpenedBy, now: Timestamp) -> Result<Activation, ActivationError> {
    Activation::sealed().after(ActivationEvent::Opened { by, terms }, &site(), now)
}

/// Open from 1 to 8 January by order.
fn open() -> Activation {
    opened(terms("1", 1, 8), OpenedBy::Order, day(1)).unwrap()
}

fn extended(extends: &str, terms: OrderTerms) -> ActivationEvent {
    ActivationEvent::Extended { extends: extends.into(), terms }
}

#[test]
fn an_opening_goes_round_and_is_sealed_again() {
    let open = open();
    assert_eq!(open.state(), ActivationState::Open);
    assert_eq!((open.opened_by(), open.opened_at()), (Some(OpenedBy::Order), Some(day(1))));
    let closing = open.after(ActivationEvent::PeriodEnded, &site(), day(8)).unwrap();
    assert_eq!(closing.closing_reason(), Some(ClosingReason::PeriodEnded));
    assert!(!closing.covers(&site(), day(2)));
    let sealed = closing.after(ActivationEvent::Wiped, &site(), day(8)).unwrap();
    assert_eq!(sealed, Activation::sealed());
    assert_eq!((sealed.closes_at(), sealed.terms_at(day(2))), (None, None));
}

#[test]
fn twenty_four_hundred_is_the_first_instant_outside() {
    let open = open();
    let last = day(8).plus_millis(-1);
    assert!(open.covers(&site(), day(1)) && open.covers(&site(), last));
    assert!(!open.covers(&site(), day(8)) && !open.covers(&site(), day(1).plus_millis(-1)));
    assert!(!open.is_over(last) && open.is_over(day(8)));
    let early = open.after(ActivationEvent::PeriodEnded, &site(), last).unwrap_err();
    assert_eq!(early, ActivationError::NotEnded { closes_at: day(8), now: last });
}

#[test]
fn events_that_do_not_fit_the_state_are_conflicts() {
    let site = site();
    let closing = open().after(ActivationEvent::OperatorClosed, &site, day(2)).unwrap();
    let opening = || ActivationEvent::Opened { by: OpenedBy::Order, terms: terms("2", 1, 9) };
    let revoked = || ActivationEvent::Revoked { notice_id: "1".into() };
    let confirmed = || ActivationEvent::Confirmed { terms: terms("2", 1, 9) };
    let cases = [
        (Activation::sealed(), extended("1", terms("2", 1, 9))),
        (Activation::sealed(), confirmed()),
        (Activation::sealed(), revoked()),
        (Activation::sealed(), ActivationEvent::PeriodEnded),
        (Activation::sealed(), ActivationEvent::OperatorClosed),
        (Activation::sealed(), ActivationEvent::Wiped),
        (open(), opening()),
        (open(), confirmed()),
        (open(), ActivationEvent::Wiped),
        (closing.clone(), opening()),
        (closing.clone(), extended("1", terms("2", 1, 9))),
        (closing.clone(), confirmed()),
        (closing.clone(), revoked()),
        (closing.clone(), ActivationEvent::PeriodEnded),
        (closing, ActivationEvent::OperatorClosed),
    ];
    for (activation, event) in cases {
        let wanted =
            ActivationError::NotPossible { state: activation.state(), event: event.name() };
        let error = activation.after(event, &site, day(2)).unwrap_err();
        assert_eq!(error, wanted);
        assert_eq!(error.class(), ErrorClass::Conflict);
    }
}

#[test]
fn an_order_opens_only_its_own_place_and_time() {
    let refuse = |terms, now| opened(terms, OpenedBy::Order, now).unwrap_err();
    for now in [day(1).plus_millis(-1), day(8)] {
        let error = refuse(terms("1", 1, 8), now);
        assert!(matches!(error, ActivationError::OutsidePeriod { .. }), "{error}");
        assert_eq!(error.class(), ErrorClass::Denied);
    }
    let elsewhere = Area { municipalities: [17205].into(), ..Area::default() };
    let error = refuse(OrderTerms { area: elsewhere, ..terms("1", 1, 8) }, day(1));
    assert_eq!(error, ActivationError::SiteNotNamed { notice_id: "1".into() });
    let error = refuse(OrderTerms { consent_hours: 0, ..terms("1", 1, 8) }, day(1));
    let inner = TermsError::ConsentHours { hours: 0 };
    assert_eq!(error, ActivationError::Terms { notice_id: "1".into(), error: inner });
    assert_eq!(error.class(), ErrorClass::Invalid);
}

#[test]
fn noto_is_extended_where_it_is_named_and_closes_on_time_elsewhere() {
    let site = site();
    let longer = open().after(extended("1", terms("2", 8, 15)), &site, day(5)).unwrap();
    assert_eq!(longer.closes_at(), Some(day(15)));
    assert!(longer.covers(&site, day(8)) && !longer.covers(&site, day(15)));

    let others = Area { municipalities: [17205].into(), ..Area::default() };
    let leaves_us_out = OrderTerms { area: others, ..terms("2", 8, 15) };
    let error = open().after(extended("1", leaves_us_out), &site, day(5)).unwrap_err();
    assert_eq!(error, ActivationError::SiteNotNamed { notice_id: "2".into() });
}

#[test]
fn terms_of_an_extension_hold_from_their_own_beginning() {
    let narrower = OrderTerms { categories: vec![Category::Medication], ..terms("2", 7, 15) };
    let longer = open().after(extended("1", narrower), &site(), day(5)).unwrap();
    let notice = |at| longer.terms_at(at).unwrap().notice_id.clone();
    assert_eq!(notice(day(7).plus_millis(-1)), "1");
    assert_eq!(notice(day(7)), "2");
    assert_eq!(longer.terms_hold_until(day(6)), Some(day(7)));
    assert_eq!(longer.terms_hold_until(day(7)), Some(day(15)));
}

#[test]
fn an_extension_follows_the_notice_in_force_without_a_gap() {
    let site = site();
    let refuse = |event, now| open().after(event, &site, now).unwrap_err();
    assert_eq!(
        refuse(extended("0", terms("2", 8, 15)), day(5)),
        ActivationError::OtherChain { named: "0".into(), in_force: "1".into() }
    );
    for until in [7, 8] {
        let error = refuse(extended("1", terms("2", 2, until)), day(5));
        assert!(matches!(error, ActivationError::NotLonger { .. }), "{error}");
    }
    let error = refuse(extended("1", terms("2", 9, 15)), day(5));
    assert!(matches!(error, ActivationError::GapBefore { .. }), "{error}");
    let error = refuse(extended("1", terms("2", 8, 15)), day(15));
    assert!(matches!(error, ActivationError::OutsidePeriod { .. }), "{error}");
    let drill = OrderTerms { drill: true, ..terms("2", 8, 15) };
    let error = refuse(extended("1", drill), day(5));
    assert_eq!(error, ActivationError::DrillMixed { notice_id: "2".into(), order_drill: true });
    assert_eq!(error.to_string(), "order 2 is a drill, the opening is no drill");

    let second = open().after(extended("1", terms("2", 7, 15)), &site, day(5)).unwrap();
    let error = second.after(extended("1", terms("3", 8, 20)), &site, day(6)).unwrap_err();
    assert!(matches!(error, ActivationError::OtherChain { .. }), "{error}");
    let third = second.after(extended("2", terms("3", 15, 20)), &site, day(6)).unwrap();
    assert_eq!(third.closes_at(), Some(day(20)));
    assert_eq!(third.terms_hold_until(day(6)), Some(day(7)), "the next extension, not the last");
    let event = ActivationEvent::Revoked { notice_id: "2".into() };
    assert!(third.after(event, &site, day(6)).is_ok());
}

#[test]
fn any_notice_of_the_chain_can_be_revoked_and_no_other() {
    let site = site();
    let longer = open().after(extended("1", terms("2", 8, 15)), &site, day(5)).unwrap();
    for notice_id in ["1", "2"] {
        let event = ActivationEvent::Revoked { notice_id: notice_id.into() };
        let closing = longer.after(event, &site, day(6)).unwrap();
        assert_eq!(closing.closing_reason(), Some(ClosingReason::Revoked));
    }
    let event = ActivationEvent::Revoked { notice_id: "3".into() };
    let error = longer.after(event, &site, day(6)).unwrap_err();
    assert_eq!(error, ActivationError::OtherChain { named: "3".into(), in_force: "2".into() });
}

#[test]
fn a_quorum_opens_for_72_hours_at_most_until_an_order_confirms() {
    let site = site();
    let quorum = |hours| OrderTerms::by_quorum("Q".into(), facility(), day(1), hours, false);
    let error = opened(quorum(73), OpenedBy::Quorum, day(1)).unwrap_err();
    assert!(matches!(error, ActivationError::QuorumTooLong { .. }), "{error}");
    let by_quorum = opened(quorum(72), OpenedBy::Quorum, day(1)).unwrap();
    assert_eq!(by_quorum.closes_at(), Some(day(4)));

    let extension = extended("Q", terms("1", 4, 8));
    let error = by_quorum.after(extension, &site, day(2)).unwrap_err();
    assert!(matches!(error, ActivationError::NotPossible { .. }), "{error}");
    let drill = OrderTerms { drill: true, ..terms("1", 1, 8) };
    let error =
        by_quorum.after(ActivationEvent::Confirmed { terms: drill }, &site, day(2)).unwrap_err();
    assert!(matches!(error, ActivationError::DrillMixed { .. }), "{error}");

    let confirmed = ActivationEvent::Confirmed { terms: terms("1", 2, 8) };
    let confirmed = by_quorum.after(confirmed, &site, day(2)).unwrap();
    assert_eq!(confirmed.opened_by(), Some(OpenedBy::Order));
    assert_eq!((confirmed.opened_at(), confirmed.closes_at()), (Some(day(1)), Some(day(8))));
}

#[test]
fn staff_are_warned_a_day_and_an_hour_before_closing() {
    let open = open();
    let before = |hours: i64, ms: i64| day(8).plus_hours(-hours).plus_millis(ms);
    for (at, warning, next) in [
        (day(2), None, Some(before(24, 0))),
        (before(24, -1), None, Some(before(24, 0))),
        (before(24, 0), Some(ClosingWarning::Day), Some(before(1, 0))),
        (before(1, -1), Some(ClosingWarning::Day), Some(before(1, 0))),
        (before(1, 0), Some(ClosingWarning::Hour), Some(day(8))),
        (before(0, -1), Some(ClosingWarning::Hour), Some(day(8))),
        (day(8), None, None),
    ] {
        assert_eq!((open.warning(at), open.next_deadline(at)), (warning, next), "{at}");
    }
    assert_eq!(Activation::sealed().warning(day(7)), None);
    let closing = open.after(ActivationEvent::OperatorClosed, &site(), day(7)).unwrap();
    assert_eq!((closing.warning(before(1, 0)), closing.next_deadline(day(2))), (None, None));
}
