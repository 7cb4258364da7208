//! The word that it is over, heard by every task.

use tokio::sync::watch;

/// Says it.
#[derive(Debug)]
pub struct Stopper(watch::Sender<bool>);

/// Hears it. Dropping the [`Stopper`] says it too.
#[derive(Debug, Clone)]
pub struct Stop(watch::Receiver<bool>);

impl Stopper {
    /// A pair of both.
    #[must_use]
    pub fn pair() -> (Self, Stop) {
        let (sender, receiver) = watch::channel(false);
        (Self(sender), Stop(receiver))
    }

    /// Says it.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Stop {
    /// Returns when it is over.
    pub async fn stopped(&mut self) {
        // An error means that the stopper is gone: over as well.
        let _ = self.0.wait_for(|stopped| *stopped).await;
    }

    /// True when it is over.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        *self.0.borrow() || self.0.has_changed().is_err()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_heard_by_all_and_also_when_nobody_can_say_it_any_more() {
        let (stopper, stop) = Stopper::pair();
        let other = stop.clone();
        assert!(!stop.is_stopped());
        stopper.stop();
        assert!(stop.is_stopped() && other.is_stopped());
        let (stopper, stop) = Stopper::pair();
        drop(stopper);
        assert!(stop.is_stopped());
    }
}
