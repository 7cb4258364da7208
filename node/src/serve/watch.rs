//! Watching the clock and the orders while the node serves.

use std::sync::Arc;
use std::time::Duration;

use super::Stop;
use crate::node::Node;

/// How often it looks. An opening ends at most this much late; a look-up asks the clock itself.
const INTERVAL: Duration = Duration::from_secs(5);

/// Follows orders and closes in time, until `stop`.
pub(super) async fn run(node: Arc<Node>, mut stop: Stop) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(INTERVAL) => {}
            () = stop.stopped() => return,
        }
        let watched = node.clone();
        match tokio::task::spawn_blocking(move || watched.watch()).await {
            Ok(Ok(())) => {}
            Ok(Err(failure)) => {
                tracing::error!(class = %failure.class, code = failure.code, "watching failed");
            }
            Err(_) => tracing::error!("watching panicked"),
        }
    }
}
