//! The clock of a node: the host's, never below the time floor, which runs on from where it was raised.
//!
//! Promises: only what the centre or the authority signed raises the floor: the time of a cosigned acknowledgement, the
//! publication of a snapshot that was made current, the issue of an order. Now is the latest of what the host says and
//! of floor and running time together, so that time goes on under a clock that was set back or lost its battery. While a
//! node is open the time at which it opened counts as such a floor too, after a restart: the order had begun by then.
//! The floor is in the state before it is acted on; running time is kept about every minute while serving.
//!
//! A signed time more than [`LEAD_MS_MAX`] above a host's clock that can be right is refused and is the alarm
//! `floor-leap`: one of the two clocks is wrong, and a floor never falls.
//!
//! Danger: a host's clock that cannot be right (before any node, or left behind by the floor by more than the bound) bounds
//! nothing, so that a centre whose clock runs ahead takes such a node along, and any node by up to the bound. The design
//! lets the root threshold lower the floor; nothing carries such a word yet. A process that was killed loses up to a
//! minute of running time, a node that is off loses all of it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tomoshibi_policies::ErrorClass;
use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::seam::Clock;

use crate::failure::Failure;
use crate::state::{Anchor, Change, Key, Ran, State, Stored, TimeFloor, key};
use crate::status::FIRST_NODE;

/// Farthest above a host's clock that can be right that a signed time is taken: a day. An hour or a date typed by hand
/// may be off by that; a wrong month or year is not to pass.
const LEAD_MS_MAX: i64 = 24 * 3_600_000;
/// How often running time is kept: what a power cut costs at most, at one small write a minute.
const KEEP_EVERY: Duration = Duration::from_secs(60);

/// See the module.
pub struct FlooredClock {
    host: Arc<dyn Clock>,
    /// What earlier processes ran.
    ran_before: Duration,
    /// The host's running clock when this process took over.
    started: Duration,
    /// When this opening began; none on a node that was sealed at its start.
    opened: Option<Anchor>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    floor: Option<Anchor>,
    /// The running time that is in the state.
    kept: Duration,
    refused: Option<Failure>,
}

impl FlooredClock {
    /// The host's clock above what the state knows. What cannot be read counts as not there and is an alarm.
    #[must_use]
    pub fn open(host: Arc<dyn Clock>, state: &State, alarms: &mut Vec<Failure>) -> Self {
        let started = host.running();
        let ran = read(state, &key::ran(), alarms).map_or(Duration::ZERO, |ran| ran.0);
        let floor_ran = read(state, &key::floor_ran(), alarms).map_or(ran, |ran| ran.0);
        let floor = read(state, &key::time_floor(), alarms);
        let floor = floor.map(|floor| Anchor { at: floor.0, ran: floor_ran });
        let opened = read(state, &key::opened_ran(), alarms);
        // Where the newest value is lost, those beside it say how far running time had come.
        let anchors = [floor, opened].into_iter().flatten();
        let ran = anchors.fold(ran, |ran, anchor| ran.max(anchor.ran));
        let known = Mutex::new(Known { floor, kept: ran, refused: None });
        Self { host, ran_before: ran, started, opened, known }
    }

    /// Raises the floor to `at`, a signed time; never lowers it. A floor that cannot be kept is not acted on: it would
    /// be gone with this process. A leap is refused: see the module.
    pub fn raise(&self, at: Timestamp, state: &State) {
        let (host, ran) = (self.host.now(), self.running());
        let mut known = self.known();
        let floor = known.floor.map(|floor| floor.time_after(ran));
        let lead = at.millis_since(host);
        let host_can_be_right =
            host >= FIRST_NODE && floor.is_none_or(|floor| floor.millis_since(host) <= LEAD_MS_MAX);
        if host_can_be_right && lead > LEAD_MS_MAX {
            tracing::error!(%at, %host, "the time floor is not raised so far");
            known.refused = Some(leap(at, host));
            return;
        }
        if lead >= -LEAD_MS_MAX {
            known.refused = None;
        }
        if floor.is_some_and(|floor| at <= floor) {
            return;
        }
        let change = Change::default().put(&key::time_floor(), &TimeFloor(at));
        let change = change.put(&key::floor_ran(), &Ran(ran)).put(&key::ran(), &Ran(ran));
        match state.apply(change) {
            Ok(()) => {
                known.floor = Some(Anchor { at, ran });
                known.kept = ran;
            }
            Err(error) => tracing::warn!(class = %error.class(), "the time floor is not raised"),
        }
    }

    /// Keeps the running time, when the last time is long enough ago.
    pub fn keep_running_time(&self, state: &State) {
        let ran = self.running();
        let mut known = self.known();
        if ran.saturating_sub(known.kept) < KEEP_EVERY {
            return;
        }
        match state.apply(Change::default().put(&key::ran(), &Ran(ran))) {
            Ok(()) => known.kept = ran,
            Err(error) => tracing::warn!(class = %error.class(), "the running time is not kept"),
        }
    }

    /// The newest signed time that was refused, until one comes that fits the host's clock.
    #[must_use]
    pub fn refused_leap(&self) -> Option<Failure> {
        self.known().refused.clone()
    }

    // Nothing panics while it is held; every field is replaced whole.
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for FlooredClock {
    fn now(&self) -> Timestamp {
        let ran = self.running();
        let anchors = [self.known().floor, self.opened];
        let times = anchors.into_iter().flatten().map(|anchor| anchor.time_after(ran));
        times.fold(self.host.now(), Timestamp::max)
    }

    fn host_now(&self) -> Timestamp {
        self.host.now()
    }

    /// Of all processes of this node together.
    fn running(&self) -> Duration {
        self.ran_before.saturating_add(self.host.running().saturating_sub(self.started))
    }
}

fn leap(at: Timestamp, host: Timestamp) -> Failure {
    let leap = Failure::new(ErrorClass::Conflict, "floor-leap");
    leap.with("at", at.to_string()).with("host", host.to_string())
}

fn read<T: Stored>(state: &State, key: &Key<T>, alarms: &mut Vec<Failure>) -> Option<T> {
    state.get(key).unwrap_or_else(|error| {
        alarms.push(error.into());
        None
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;
    use crate::state::MemoryState;

    /// A host whose clocks are set by hand: the wall's, and the running one in milliseconds.
    #[derive(Default)]
    struct Host {
        wall: AtomicI64,
        running: AtomicI64,
    }

    impl Clock for Host {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(self.wall.load(Ordering::SeqCst))
        }

        fn running(&self) -> Duration {
            Duration::from_millis(self.running.load(Ordering::SeqCst).unsigned_abs())
        }
    }

    impl Host {
        fn at(wall: Timestamp) -> Arc<Self> {
            Arc::new(Self { wall: AtomicI64::new(wall.as_millis()), ..Self::default() })
        }

        fn run_hours(&self, hours: i64) {
            self.running.fetch_add(hours * 3_600_000, Ordering::SeqCst);
        }
    }

    /// A time at which nodes run.
    fn day(hours: i64) -> Timestamp {
        FIRST_NODE.plus_hours(1000 + hours)
    }

    fn state() -> State {
        State::new(Arc::new(MemoryState::default()))
    }

    fn open(host: &Arc<Host>, state: &State) -> FlooredClock {
        let mut alarms = Vec::new();
        let clock = FlooredClock::open(host.clone(), state, &mut alarms);
        assert_eq!(alarms, []);
        clock
    }

    fn floor(state: &State) -> Option<Timestamp> {
        state.get(&key::time_floor()).unwrap().map(|floor| floor.0)
    }

    #[test]
    fn time_never_runs_below_the_floor_and_the_floor_never_falls() {
        let (host, state) = (Host::at(day(0)), state());
        let clock = open(&host, &state);
        assert_eq!(clock.now(), day(0));
        clock.raise(day(5), &state);
        clock.raise(day(3), &state);
        assert_eq!(floor(&state), Some(day(5)));
        assert_eq!((clock.now(), clock.host_now()), (day(5), day(0)));
        host.wall.store(day(6).as_millis(), Ordering::SeqCst);
        assert_eq!(clock.now(), day(6));
        host.wall.store(day(0).as_millis(), Ordering::SeqCst);
        assert_eq!(open(&host, &state).now(), day(5));
    }

    #[test]
    fn a_floor_is_not_raised_by_more_than_a_day_above_a_clock_that_can_be_right() {
        let (host, state) = (Host::at(day(0)), state());
        let clock = open(&host, &state);
        let refused = || clock.refused_leap().map(|why| why.code);
        for (hours, expected) in [(24, 24), (25, 24), (80_000, 24), (24, 24)] {
            clock.raise(day(hours), &state);
            assert_eq!(floor(&state), Some(day(expected)), "{hours}");
            assert_eq!(refused().is_some(), hours > 24, "{hours}");
        }
        // Neither by steps: the bound goes by the host's clock and not by the floor.
        clock.raise(day(26), &state);
        assert_eq!((clock.now(), refused().as_deref()), (day(24), Some("floor-leap")));
        // An old time says nothing of the centre's clock, a fitting one does.
        clock.raise(day(-25), &state);
        assert!(refused().is_some());
        clock.raise(day(-1), &state);
        assert!(refused().is_none());
    }

    #[test]
    fn a_clock_that_cannot_be_right_bounds_nothing() {
        for (wall, floor_before) in [(Timestamp::from_millis(0), None), (day(0), Some(day(25)))] {
            let (host, state) = (Host::at(wall), state());
            let put = |at| state.apply(Change::default().put(&key::time_floor(), &TimeFloor(at)));
            floor_before.map(put).transpose().unwrap();
            let clock = open(&host, &state);
            clock.raise(day(500), &state);
            assert_eq!((floor(&state), clock.refused_leap()), (Some(day(500)), None));
        }
    }

    #[test]
    fn time_runs_on_under_a_dead_clock_and_over_a_restart() {
        let (host, state) = (Host::at(Timestamp::from_millis(0)), state());
        host.run_hours(7);
        let clock = open(&host, &state);
        assert_eq!(clock.running(), Duration::ZERO);
        clock.raise(day(0), &state);
        host.run_hours(2);
        assert_eq!(clock.now(), day(2));
        // A signed time behind the floor that has run on by then is none.
        clock.raise(day(1), &state);
        assert_eq!(clock.now(), day(2));
        clock.keep_running_time(&state);
        let kept = state.get(&key::ran()).unwrap();
        assert_eq!(kept, Some(Ran(Duration::from_secs(7200))));
        host.running.fetch_add(59_000, Ordering::SeqCst);
        clock.keep_running_time(&state);
        assert_eq!(state.get(&key::ran()).unwrap(), kept);
        drop(clock);

        host.running.store(0, Ordering::SeqCst);
        let clock = open(&host, &state);
        assert_eq!(clock.now(), day(2));
        host.run_hours(1);
        assert_eq!((clock.now(), clock.running()), (day(3), Duration::from_secs(3 * 3600)));
    }

    #[test]
    fn an_opening_counts_on_under_a_clock_that_forgot_the_time() {
        let (host, state) = (Host::at(Timestamp::from_millis(0)), state());
        // The node's running time itself is lost: what stands beside the opening counts.
        let opened = Anchor { at: day(5), ran: Duration::from_secs(3600) };
        let before = Change::default().put(&key::time_floor(), &TimeFloor(day(0)));
        state.apply(before.put(&key::opened_ran(), &opened)).unwrap();
        let clock = open(&host, &state);
        host.run_hours(1);
        assert_eq!(clock.now(), day(6));
        assert_eq!(floor(&state), Some(day(0)));
    }
}
