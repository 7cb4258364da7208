//! The clock of a node: the host's, which never runs below the time floor.
//!
//! Promises: only what the centre signed raises the floor: the time of a cosigned acknowledgement and the publication of
//! a snapshot that was made current. A host whose clock was set back, or has lost its battery, then keeps no opening or
//! badge alive that had ended when the centre last spoke. The floor is in the state before it is acted on.
//!
//! Danger: a centre whose clock runs ahead takes the node along. The design lets the root threshold lower the floor;
//! nothing carries such a word yet. Not covered either: running time, so that a clock below the floor stands still there
//! until it has caught up, and issue times of orders, which a carrier may bring.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tomoshibi_policies::time::Timestamp;
use tomoshibi_sync::seam::Clock;

use crate::state::{Change, State, TimeFloor, key};

/// See the module.
pub struct FlooredClock {
    host: Arc<dyn Clock>,
    floor_ms: AtomicI64,
}

impl FlooredClock {
    /// The host's clock above `floor`, when there is one.
    #[must_use]
    pub fn new(host: Arc<dyn Clock>, floor: Option<Timestamp>) -> Self {
        let floor_ms = AtomicI64::new(floor.map_or(i64::MIN, Timestamp::as_millis));
        Self { host, floor_ms }
    }

    /// What the host says, to judge it by.
    #[must_use]
    pub fn host_now(&self) -> Timestamp {
        self.host.now()
    }

    /// Raises the floor to `at`, a time that the centre signed; never lowers it. A floor that cannot be kept is not
    /// acted on: it would be gone with this process.
    pub fn raise(&self, at: Timestamp, state: &State) {
        if at.as_millis() <= self.floor_ms.load(Ordering::SeqCst) {
            return;
        }
        match state.apply(Change::default().put(&key::time_floor(), &TimeFloor(at))) {
            Ok(()) => {
                self.floor_ms.fetch_max(at.as_millis(), Ordering::SeqCst);
            }
            Err(error) => tracing::warn!(class = %error.class(), "the time floor is not raised"),
        }
    }
}

impl Clock for FlooredClock {
    fn now(&self) -> Timestamp {
        let floor = Timestamp::from_millis(self.floor_ms.load(Ordering::SeqCst));
        self.host.now().max(floor)
    }

    fn running(&self) -> Duration {
        self.host.running()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::MemoryState;

    struct At(AtomicI64);

    impl Clock for At {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(self.0.load(Ordering::SeqCst))
        }

        fn running(&self) -> Duration {
            Duration::from_secs(7)
        }
    }

    #[test]
    fn time_never_runs_below_the_floor_and_the_floor_never_falls() {
        let host = Arc::new(At(AtomicI64::new(100)));
        let state = State::new(Arc::new(MemoryState::default()));
        let clock = FlooredClock::new(host.clone(), None);
        let at = Timestamp::from_millis;
        assert_eq!(clock.now(), at(100));
        clock.raise(at(500), &state);
        clock.raise(at(300), &state);
        assert_eq!(state.get(&key::time_floor()).unwrap(), Some(TimeFloor(at(500))));
        assert_eq!((clock.now(), clock.host_now()), (at(500), at(100)));
        host.0.store(600, Ordering::SeqCst);
        assert_eq!(clock.now(), at(600));
        assert_eq!(FlooredClock::new(host, Some(at(900))).now(), at(900));
        assert_eq!(clock.running(), Duration::from_secs(7));
    }
}
