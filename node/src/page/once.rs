//! Forms that were sent twice: two taps of a glove, a tablet that asks again.
//!
//! Every form holds a random mark. The first request with a mark is done; a later one with the same mark, from the same
//! browser, waits for the first and gets the same answer, so that nothing is done or journalled twice. The whole answer:
//! a browser that drops the first request has not taken its cookie either. What led to no other screen and did not count (a
//! refusal, a question) is done again: it changed nothing, and what it showed is not kept.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use tokio::sync::Mutex;

use super::answer::Answer;

/// Marks that are remembered, over all browsers: a shift's worth. Each is under two hundred bytes.
const MARKS_MAX: usize = 4096;

/// A browser's name and a form's mark.
type Mark = (String, String);
/// What the first request was answered, once it is done.
type Place = Arc<Mutex<Option<Answer>>>;

/// The marks.
#[derive(Default)]
pub(super) struct Once {
    marks: std::sync::Mutex<(BTreeMap<Mark, Place>, VecDeque<Mark>)>,
}

impl Once {
    /// Does `act`, unless an earlier request with this mark did it.
    pub(super) async fn act(
        &self,
        browser: &str,
        mark: &str,
        act: impl Future<Output = Answer>,
    ) -> Answer {
        let mut place = self.place((browser.to_owned(), mark.to_owned())).lock_owned().await;
        if let Some(answer) = &*place {
            return answer.clone();
        }
        let answer = act.await;
        if answer.lasts() {
            *place = Some(answer.clone());
        }
        answer
    }

    fn place(&self, mark: Mark) -> Place {
        let mut marks = self.marks.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (places, order) = &mut *marks;
        if let Some(place) = places.get(&mark) {
            return place.clone();
        }
        if order.len() >= MARKS_MAX {
            order.pop_front().map(|oldest| places.remove(&oldest));
        }
        order.push_back(mark.clone());
        places.entry(mark).or_default().clone()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::http::StatusCode;
    use axum::response::IntoResponse;

    use super::*;

    #[derive(askama::Template)]
    #[template(source = "asked again", ext = "html")]
    struct Question;

    async fn go(done: Arc<AtomicUsize>) -> Answer {
        tokio::task::yield_now().await;
        let count = done.fetch_add(1, Ordering::SeqCst);
        Answer::go(format!("/visit/{count}")).with_cookie("a", "b", None)
    }

    #[tokio::test]
    async fn the_second_tap_waits_and_gets_what_the_first_got() {
        let (once, done) = (Once::default(), Arc::new(AtomicUsize::new(0)));
        let tap = || once.act("tablet", "m", go(done.clone()));
        let (first, second) = tokio::join!(tap(), tap());
        assert_eq!(done.load(Ordering::SeqCst), 1);
        for answer in [first, second] {
            let headers = answer.into_response().headers().clone();
            assert_eq!(headers["location"], "/visit/0");
            assert!(headers.contains_key("set-cookie"));
        }
        once.act("other", "m", go(done.clone())).await;
        assert_eq!(done.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn what_led_nowhere_is_done_again() {
        let (once, done) = (Once::default(), AtomicUsize::new(0));
        for _ in 0..2 {
            let ask = async {
                done.fetch_add(1, Ordering::SeqCst);
                Answer::screen(StatusCode::OK, &Question)
            };
            once.act("tablet", "m", ask).await;
        }
        assert_eq!(done.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn what_counted_is_not_done_again() {
        let (once, done) = (Once::default(), AtomicUsize::new(0));
        for _ in 0..2 {
            let ask = async {
                done.fetch_add(1, Ordering::SeqCst);
                Answer::screen(StatusCode::OK, &Question).lasting()
            };
            once.act("tablet", "m", ask).await;
        }
        assert_eq!(done.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn what_is_remembered_has_an_end() {
        let (once, done) = (Once::default(), Arc::new(AtomicUsize::new(0)));
        for n in 0..=MARKS_MAX {
            once.act("tablet", &n.to_string(), go(done.clone())).await;
        }
        assert_eq!(once.marks.lock().unwrap().0.len(), MARKS_MAX);
    }
}
