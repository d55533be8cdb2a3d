//! How often an operation may be called: a bucket for each, filled at a steady rate.

use std::collections::HashMap;

use tokio::time::Instant;

use crate::call::Cloud;

/// The buckets of one emulator.
#[derive(Debug, Default)]
pub(super) struct Throttle {
    buckets: HashMap<(Cloud, String), Bucket>,
}

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    filled: Instant,
}

impl Throttle {
    /// Whether a call may pass, with `limit` calls a second. A bucket holds one second's worth.
    pub(super) fn admit(&mut self, cloud: Cloud, operation: &str, limit: u32, now: Instant) -> bool {
        let limit = f64::from(limit);
        let key = (cloud, operation.to_owned());
        let bucket = self.buckets.entry(key).or_insert(Bucket { tokens: limit, filled: now });
        let elapsed = now.saturating_duration_since(bucket.filled).as_secs_f64();
        bucket.tokens = (bucket.tokens + elapsed * limit).min(limit);
        bucket.filled = now;
        if bucket.tokens < 1.0 {
            return false;
        }
        bucket.tokens -= 1.0;
        true
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn each_operation_has_its_own_bucket_that_refills() {
        let (mut throttle, start) = (Throttle::default(), Instant::now());
        assert!(throttle.admit(Cloud::Alibaba, "A", 2, start));
        assert!(throttle.admit(Cloud::Alibaba, "A", 2, start));
        assert!(!throttle.admit(Cloud::Alibaba, "A", 2, start));
        assert!(throttle.admit(Cloud::Alibaba, "B", 2, start));
        let later = start + Duration::from_millis(500);
        assert!(throttle.admit(Cloud::Alibaba, "A", 2, later));
        assert!(!throttle.admit(Cloud::Alibaba, "A", 2, later));
    }
}
